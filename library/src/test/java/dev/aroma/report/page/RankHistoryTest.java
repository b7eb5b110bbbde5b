package dev.aroma.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aroma.report.Event;
import dev.aroma.report.Stopped;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankHistoryTest {
  @Test
  void framesHoldWhatChangedAndTheLastStandsAtTheEnd() {
    ArrayNode frames = RankHistory.of(Runs.grown(), null).json(50);
    assertThat(frames.toString())
        .isEqualTo(
            "[{\"step\":0,\"changes\":[0,0,0,1,0,0]},"
                + "{\"step\":20,\"changes\":[0,1,1,1,1,1]},"
                + "{\"step\":40,\"changes\":[0,2,1.9]},"
                + "{\"step\":50,\"changes\":[]}]");
  }

  @Test
  void logWithoutRankEventsStillHasItsMergesAndTheResult() {
    List<Event> old = Runs.grown().stream().filter(e -> !(e instanceof Event.Ranks)).toList();
    Map<String, Integer> ranks = Map.of(Runs.query(0), 2, Runs.query(1), 1);
    RankHistory history = RankHistory.of(old, Runs.result(Stopped.MAX_STEPS, "aroma", ranks));
    assertThat(history.json(40).toString())
        .startsWith("[{\"step\":20,\"changes\":[0,1,null,1,1,null]},")
        .contains("1.9", "0.95");
    assertThat(history.highest()).isEqualTo(2);
  }

  @Test
  void freezeLeavesTheEffectiveRankAsItWas() {
    List<Event> events =
        List.of(Runs.ranks(20, 1, 1, 1), new Event.Freeze(40, 9, 2, Runs.query(0), 1, 0.001));
    assertThat(RankHistory.of(events, null).last().get(Runs.query(0)))
        .isEqualTo(new RankHistory.State(1, 1));
  }

  @Test
  void methodWithoutRanksHasNothing() {
    assertThat(RankHistory.of(List.of(Runs.start(), Runs.eval(1, 0.5)), null).isEmpty()).isTrue();
  }
}
