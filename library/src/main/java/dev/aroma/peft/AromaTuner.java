package dev.aroma.peft;

import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.nn.State;
import dev.aroma.peft.Outcome.Event;
import dev.aroma.peft.Outcome.Kind;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** AROMA at work: asks the {@link DualLoop} what to do and does it to the modules. */
final class AromaTuner implements Tuner {
  private final AromaOptions options;
  private final Setup setup;
  private final ComponentInit uniform;
  private final List<AromaModule> modules = new ArrayList<>();
  private final DualLoop loop;
  private boolean growing;
  private boolean collecting;
  private boolean done;

  AromaTuner(
      AromaOptions options, Map<String, Linear> targets, Setup setup, ComponentInit uniform) {
    this.options = options;
    this.setup = setup;
    this.uniform = uniform;
    targets.forEach(
        (path, linear) -> {
          AromaModule module = new AromaModule(path, linear, options);
          linear.adapt(module);
          modules.add(module);
          if (setup.start().containsKey(path)) {
            module.begin(setup.start().get(path));
          }
        });
    this.loop = new DualLoop(settings(), modules.size());
    if (options.headSteps() == 0) {
      startComponents();
    }
  }

  /** The loop does not see the steps that train the head alone. */
  private DualLoop.Settings settings() {
    return new DualLoop.Settings(
        setup.totalSteps() - options.headSteps(),
        options.innerSteps(),
        options.innerInterval(),
        options.innerTolerance(),
        options.outerTolerance(),
        options.innerChange());
  }

  @Override
  public List<ParameterGroup> groups() {
    List<Parameter> live = new ArrayList<>();
    if (growing) {
      live().forEach(m -> live.addAll(List.of(m.component().a(), m.component().b())));
    }
    return live.isEmpty() ? List.of() : setup.groups(LayerTuner.GROUP, live, 1);
  }

  // --- first values
  // -------------------------------------------------------------------------------

  @Override
  public void beforeStep(int step) {
    collecting = options.init() == AromaOptions.Init.GRADIENT && switchIsNear(step);
    if (collecting) {
      live().forEach(AromaModule::collectGradient);
    }
  }

  @Override
  public boolean steady() {
    return !collecting;
  }

  private boolean switchIsNear(int step) {
    int left = growing ? loop.stepsToNextSwitch() : options.headSteps() - step;
    return left <= options.gradientSteps();
  }

  /** Starts the next component of every live module. */
  private void startComponents() {
    growing = true;
    for (AromaModule module : live()) {
      try (Scope scope = Scope.open(); // one a module: a gradient in float32 is as large as W
          NoGrad guard = NoGrad.open()) {
        module.start(first(module));
        module.stopCollecting();
      }
    }
  }

  private Tensor first(AromaModule module) {
    long in = module.component().a().shape()[1];
    Tensor random = uniform.draw(module.path(), loop.cycle(), in);
    Tensor gradient = module.collectedGradient();
    return gradient == null ? random : ComponentInit.leading(gradient, random);
  }

  @Override
  public boolean decides(int step) {
    return growing ? loop.stepsToNextSwitch() <= 1 : step >= options.headSteps();
  }

  // --- the loops
  // ----------------------------------------------------------------------------------

  @Override
  public Outcome afterStep(int step) {
    if (!growing) {
      return step < options.headSteps() ? Outcome.NOTHING : firstComponents();
    }
    loop.step();
    List<Event> events = new ArrayList<>();
    if (loop.innerCheckDue()) {
      innerCheck(step, events);
    }
    if (loop.cycleEnds()) {
      return outerCheck(step, events, loop.finished());
    }
    if (loop.innerCheckDue()) {
      live().forEach(AromaModule::stopCollecting); // collected for a switch that did not come
    }
    return new Outcome(events, false, 1, false);
  }

  private Outcome firstComponents() {
    startComponents();
    return new Outcome(List.of(), true, options.keep(), false);
  }

  private void innerCheck(int step, List<Event> events) {
    double[] norms = measure(LiveComponent::norms);
    boolean turning = options.innerChange() == InnerChange.DIFFERENCE;
    double[] differences = turning ? measure(LiveComponent::differences) : norms;
    for (int i : loop.innerCheck(norms, differences)) {
      events.add(event(step, Kind.INNER_CONVERGED, i, loop.change(i)));
    }
    if (turning) {
      try (Scope scope = Scope.open()) {
        live().forEach(module -> module.component().remember());
      }
    }
  }

  private Outcome outerCheck(int step, List<Event> events, boolean last) {
    double[] ratios = measure(LiveComponent::norms);
    List<Integer> checked = liveIndices();
    for (int i : checked) {
      ratios[i] *= modules.get(i).scale() / modules.get(i).weightNorm();
    }
    List<Integer> frozen = loop.outerCheck(ratios);
    for (int i : checked) {
      boolean freeze = frozen.contains(i);
      if (freeze) {
        modules.get(i).drop();
      } else {
        modules.get(i).merge();
      }
      events.add(event(step, freeze ? Kind.FREEZE : Kind.MERGE, i, ratios[i]));
    }
    if (last || loop.finished()) {
      live().forEach(AromaModule::drop); // just merged: the branch would count twice
      done = true;
    } else {
      startComponents();
    }
    return new Outcome(events, true, options.keep(), done);
  }

  @Override
  public Outcome finish(int step) {
    if (done || !growing || loop.stepInCycle() == 0) {
      live().forEach(AromaModule::drop); // begun at the last switch, never trained: b = 0
      done = true;
      return Outcome.NOTHING;
    }
    return outerCheck(step, new ArrayList<>(), true);
  }

  // --- what there is
  // ------------------------------------------------------------------------------

  private List<Integer> liveIndices() {
    return IntStream.range(0, modules.size()).filter(loop::live).boxed().toList();
  }

  private List<AromaModule> live() {
    return done ? List.of() : liveIndices().stream().map(modules::get).toList();
  }

  /** A number of every live module; 0 for the others. */
  private double[] measure(Function<List<LiveComponent>, Tensor> numbers) {
    List<Integer> live = liveIndices();
    List<LiveComponent> components = live.stream().map(i -> modules.get(i).component()).toList();
    double[] measured = LiveComponent.measure(components, numbers);
    double[] all = new double[modules.size()];
    for (int k = 0; k < measured.length; k++) {
      all[live.get(k)] = measured[k];
    }
    return all;
  }

  private Event event(int step, Kind kind, int i, double value) {
    AromaModule module = modules.get(i);
    return new Event(step, kind, module.path(), value, module.mergedRank());
  }

  @Override
  public Map<String, LowRank> changes() {
    Map<String, LowRank> all = new LinkedHashMap<>();
    modules.forEach(module -> all.put(module.path(), module.factors()));
    return all;
  }

  @Override
  public Map<String, Integer> ranks() {
    Map<String, Integer> all = new LinkedHashMap<>();
    modules.forEach(module -> all.put(module.path(), module.rank()));
    return all;
  }

  @Override
  public int liveModules() {
    return growing ? live().size() : 0;
  }

  @Override
  public void save(State state) {
    state.put("growing", growing);
    state.put("done", done);
    loop.save(state.part("loop"));
    modules.forEach(module -> module.save(state.part(module.path())));
  }

  @Override
  public void restore(State state) {
    growing = state.flag("growing");
    done = state.flag("done");
    loop.restore(state.part("loop"));
    for (int i = 0; i < modules.size(); i++) {
      State part = state.part(modules.get(i).path());
      boolean training = growing && !done && loop.live(i);
      if (part.flag("branch") != training) {
        throw part.wrong("branch", "" + training, "" + !training);
      }
      modules.get(i).restore(part);
    }
  }

  @Override
  public void enable(boolean on) {
    modules.forEach(module -> module.enable(on));
  }

  @Override
  public void close() {
    modules.forEach(AromaModule::free);
  }
}
