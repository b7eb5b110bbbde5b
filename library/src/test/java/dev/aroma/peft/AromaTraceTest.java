package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aroma.SharedFiles;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Weights;
import dev.aroma.optim.AdamW;
import dev.aroma.optim.Schedule;
import dev.aroma.peft.Outcome.Event;
import dev.aroma.peft.Outcome.Kind;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Algorithm 1 step by step against an independent implementation in Python. */
class AromaTraceTest {
  @ParameterizedTest
  @ValueSource(strings = {"aroma-t-in", "aroma-all-converge"})
  void lossesEventsRanksAndFactorsFollowTheReference(String name) throws IOException {
    Path trace = SharedFiles.require("reference/traces/" + name);
    JsonNode expected = new ObjectMapper().readTree(trace.resolve("batches.json").toFile());
    SequenceClassifier model = ReferenceRun.tinyRoberta();
    try (Scope scope = Scope.open();
        SafetensorsFile init = SafetensorsFile.open(trace.resolve("init.safetensors"));
        SafetensorsFile batches = SafetensorsFile.open(trace.resolve("batches.safetensors"));
        SafetensorsFile end = SafetensorsFile.open(trace.resolve("final.safetensors"))) {
      Tuner tuner = attach(model, expected, init);
      List<Event> events = train(model, tuner, expected, batches);
      sameEvents(events, expected.get("events"));
      sameRanks(tuner, expected.get("ranks"));
      sameFactors(tuner, end);
      Tensor ids = Weights.tensor(batches.get("eval_ids"));
      Tensor mask = Weights.tensor(batches.get("eval_mask"));
      ReferenceRun.close(
          "eval logits",
          ReferenceRun.logits(model, ids, mask),
          Weights.tensor(batches.get("eval_logits")),
          1e-3);
    }
  }

  private static Tuner attach(SequenceClassifier model, JsonNode settings, SafetensorsFile init) {
    AromaOptions options =
        new AromaOptions(
            ReferenceRun.SIX,
            1,
            settings.get("alpha_over_r").asDouble(),
            0,
            settings.get("T_in").asInt(),
            settings.get("dT_in").asInt(),
            settings.get("eps_in").asDouble(),
            InnerChange.SIGNED,
            settings.get("eps_out").asDouble(),
            AromaOptions.Reset.FULL,
            0.001,
            AromaOptions.Init.UNIFORM,
            4,
            0);
    Setup setup = new Setup(new Rng(0), Device.CPU, settings.get("T").asInt(), model.head());
    return new Aroma(options)
        .attach(
            model,
            setup,
            (module, cycle, in) -> Weights.tensor(init.get(module + "#" + (cycle - 1))));
  }

  private static List<Event> train(
      SequenceClassifier model, Tuner tuner, JsonNode expected, SafetensorsFile batches) {
    double rate = expected.get("lr").asDouble();
    Schedule schedule =
        Schedule.constant(
            expected.get("first_warmup").asInt(), expected.get("restart_warmup").asInt());
    List<Event> events = new ArrayList<>();
    JsonNode log = expected.get("log");
    int start = 0;
    int cycle = 1;
    try (AdamW adam =
        new AdamW(AdamW.Settings.DEFAULT, ReferenceRun.groups(model, tuner, 0), Device.CPU)) {
      for (int step = 0; step < log.size(); step++) {
        double now = rate * schedule.factor(step, start, cycle);
        assertThat(now).isCloseTo(log.get(step).get("lr").asDouble(), within(1e-12));
        tuner.beforeStep(step);
        double loss = ReferenceRun.backward(model, tuner, batches, step % 8);
        assertThat(loss)
            .as("loss of step %d", step + 1)
            .isCloseTo(log.get(step).get("loss").asDouble(), within(1e-3));
        adam.step(group -> now);
        Outcome outcome = tuner.afterStep(step + 1);
        adam.zeroGradients();
        events.addAll(outcome.events());
        if (outcome.restart()) {
          adam.regroup(ReferenceRun.groups(model, tuner, 0));
          adam.reset("adapter");
          start = step + 1;
          cycle++;
        }
        assertThat(outcome.finished()).isEqualTo(step + 1 == log.size());
      }
    }
    return events;
  }

  private static void sameEvents(List<Event> found, JsonNode expected) {
    List<Event> outer = found.stream().filter(e -> e.kind() != Kind.INNER_CONVERGED).toList();
    assertThat(outer).hasSize(expected.size());
    for (int i = 0; i < outer.size(); i++) {
      Event event = outer.get(i);
      JsonNode wanted = expected.get(i);
      assertThat(event.step()).isEqualTo(wanted.get("step").asInt());
      assertThat(event.module()).isEqualTo(wanted.get("module").asText());
      assertThat(event.kind())
          .isEqualTo(wanted.get("merged").asBoolean() ? Kind.MERGE : Kind.FREEZE);
      assertThat(event.rank()).isEqualTo(wanted.get("rank").asInt());
      assertThat(event.value()).isCloseTo(wanted.get("ratio").asDouble(), within(1e-3));
    }
  }

  private static void sameRanks(Tuner tuner, JsonNode expected) {
    assertThat(tuner.ranks()).hasSize(expected.size());
    tuner.ranks().forEach((m, rank) -> assertThat(rank).as(m).isEqualTo(expected.get(m).asInt()));
  }

  private static void sameFactors(Tuner tuner, SafetensorsFile end) {
    tuner
        .factors()
        .forEach(
            (module, factors) -> {
              assertThat(end.contains(module + ".A")).isEqualTo(factors.rank() > 0);
              if (factors.rank() > 0) {
                ReferenceRun.close(
                    module, factors.a(), Weights.tensor(end.get(module + ".A")), 1e-2);
                ReferenceRun.close(
                    module, factors.b(), Weights.tensor(end.get(module + ".B")), 1e-2);
              }
            });
  }
}
