package dev.aroma.nn;

import dev.aroma.tensor.Tensor;

/** A module from one tensor to one, to which a fine-tuning method can attach an {@link Adapter}. */
public abstract class Layer extends Module {
  private Adapter adapter;

  /** The output: the adapter's if one is attached, else the layer's own. */
  public final Tensor forward(Tensor x) {
    return adapter == null ? plain(x) : adapter.forward(this, x);
  }

  /** The layer's own output, whatever is attached. */
  public abstract Tensor plain(Tensor x);

  /** The attached adapter, or null. */
  public final Adapter adapter() {
    return adapter;
  }

  /** Attaches an adapter in place of any before; null detaches. */
  public final void adapt(Adapter newAdapter) {
    this.adapter = newAdapter;
  }
}
