package dev.aroma.peft;

/** How the change of a component between two inner checks is measured (paper, equation 5). */
public enum InnerChange {
  /** (‖ba‖ now − ‖ba‖ then) / ‖ba‖ then: a shrinking component counts as converged. */
  SIGNED,
  /** The size of the signed change. */
  ABSOLUTE,
  /** ‖ba now − ba then‖ / ‖ba‖ then: turning counts as change. */
  DIFFERENCE
}
