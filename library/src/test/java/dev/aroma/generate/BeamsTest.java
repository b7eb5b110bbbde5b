package dev.aroma.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.generate.Beams.Candidate;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeamsTest {
  private static final int END = 9;

  private static Beams two(int limit, double penalty, boolean early) {
    Decoding how = new Decoding(limit, 2, 0, 0, 1, penalty, early, 0);
    return new Beams(how, limit, id -> id == END);
  }

  @Test
  void endedHypothesesMakeRoomForOthers() {
    Beams beams = two(5, 1, false);
    beams.advance(List.of(c(0, END, -1), c(0, 1, -2), c(0, 2, -3), c(0, 3, -4)));
    assertThat(beams.running()).extracting(Beams.Hypothesis::last).containsExactly(1, 2);
    assertThat(beams.origins()).containsExactly(0, 0);
    assertThat(beams.over()).isFalse();
  }

  @Test
  void anEndBelowTheBestBeamsDoesNotCount() {
    Beams beams = two(2, 1, false);
    beams.advance(List.of(c(0, 1, -1), c(0, 2, -2), c(0, END, -2.5), c(0, 3, -4)));
    beams.advance(List.of(c(0, 4, -20), c(1, 5, -21), c(1, 6, -22), c(1, 7, -23)));
    assertThat(beams.over()).isTrue(); // by its limit
    assertThat(beams.best()).containsExactly(1, 4);
  }

  @Test
  void endsWhenNothingBetterIsUnderWay() {
    Beams beams = two(5, 1, false);
    beams.advance(List.of(c(0, END, -1), c(0, 1, -2), c(0, 2, -3), c(0, 3, -4)));
    beams.advance(List.of(c(0, END, -2.2), c(1, 4, -9), c(1, 5, -9), c(1, 6, -9)));
    assertThat(beams.over()).isTrue(); // -9 / 2 is below -2.2 / 2
    assertThat(beams.best()).isEmpty(); // -1 / 1 against -2.2 / 2
  }

  @Test
  void goesOnWhileSomethingBetterIsUnderWay() {
    Beams beams = two(5, 1, false);
    beams.advance(List.of(c(0, END, -5), c(0, 1, -5), c(0, 2, -5), c(0, 3, -5)));
    beams.advance(List.of(c(0, 4, -5), c(1, END, -5.5), c(1, 5, -6), c(1, 6, -9)));
    assertThat(beams.over()).isFalse();
    Beams early = two(5, 1, true);
    early.advance(List.of(c(0, END, -5), c(0, 1, -5), c(0, 2, -5), c(0, 3, -5)));
    early.advance(List.of(c(0, 4, -5), c(1, END, -5.5), c(1, 5, -6), c(1, 6, -9)));
    assertThat(early.over()).isTrue();
    assertThat(early.best()).containsExactly(2);
  }

  @Test
  void thePenaltyPrefersLongOrShort() {
    assertThat(choice(0)).containsExactly();
    assertThat(choice(2)).containsExactly(1);
  }

  private static int[] choice(double penalty) {
    Beams beams = two(2, penalty, false);
    beams.advance(List.of(c(0, END, -1), c(0, 1, -1.1), c(0, 2, -3), c(0, 3, -4)));
    beams.advance(List.of(c(0, END, -1.2), c(1, 4, -9), c(1, 5, -9), c(1, 6, -9)));
    return beams.best();
  }

  private static Candidate c(int beam, int id, double score) {
    return new Candidate(beam, id, score);
  }
}
