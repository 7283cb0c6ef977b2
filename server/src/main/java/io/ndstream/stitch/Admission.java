package io.ndstream.stitch;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which windows of a message count, and writes them to the journal. Needs the run's lock.
 */
final class Admission {
  private final RunState state;
  private final Journal journal;
  private final ReadyGuess guess;
  private final boolean guessReady;

  /** A window that counts, to be added to its canvas. */
  record Admitted(ImageState image, Canvas.Addition addition) {}

  private record Name(long image, WindowIds.Key key) {}

  Admission(RunState state, Journal journal, ReadyGuess guess, boolean guessReady) {
    this.state = state;
    this.journal = journal;
    this.guess = guess;
    this.guessReady = guessReady;
  }

  /**
   * Takes those that are new and right, as far as the disk has room for them.
   *
   * @param message those decided here are removed from it; what is left names a window of the same
   *     message again and comes next
   * @param outcomes by index in the message
   * @return those taken, in the order of their numbers
   */
  List<Admitted> admit(List<Candidate> message, Outcome[] outcomes) {
    Set<Name> names = new HashSet<>();
    List<Candidate> fresh = new ArrayList<>();
    List<Candidate> again = new ArrayList<>();
    for (Candidate window : message) {
      if (!names.add(new Name(window.window().image(), window.key()))) {
        again.add(window);
        continue;
      }
      try {
        Receipt duplicate = duplicate(window);
        if (duplicate == null) {
          fresh.add(requireRight(window));
        } else {
          outcomes[window.index()] = Outcome.taken(duplicate);
        }
      } catch (LoaderException e) {
        outcomes[window.index()] = Outcome.refused(e);
      }
    }
    message.clear();
    message.addAll(again);
    List<Admitted> admitted = new ArrayList<>();
    if (!fresh.isEmpty()) {
      append(fresh, admitted, outcomes);
    }
    return admitted;
  }

  /** A receipt if the window was counted before, else null. */
  private Receipt duplicate(Candidate window) {
    ImageState image = state.images.entered(window.image());
    if (!image.ids.contains(window.key())) {
      return null;
    }
    if (image.ids.place(window.key()) != window.box().hashCode()) {
      throw LoaderException.of(Reason.WINDOW_REUSED, "box", Candidate.idOf(window.box()));
    }
    return receipt(window, true, image);
  }

  private Candidate requireRight(Candidate window) {
    if (!state.images.entered(window.image()).takesWindows()) {
      throw LoaderException.of(Reason.FINALIZED);
    }
    if (window.fault() != null) {
      throw window.fault();
    }
    return window;
  }

  /** All at once, or if the disk is too full for that, one by one as long as they fit. */
  private void append(List<Candidate> fresh, List<Admitted> admitted, Outcome[] outcomes) {
    List<RecordWriter.Entry> entries = new ArrayList<>();
    for (Candidate window : fresh) {
      long number = state.number + entries.size() + 1;
      entries.add(Records.window(number, window.key(), window.window()));
    }
    try {
      journal.append(entries);
    } catch (LoaderException full) {
      if (fresh.size() == 1) {
        outcomes[fresh.get(0).index()] = Outcome.refused(full);
      } else {
        fresh.forEach(window -> append(List.of(window), admitted, outcomes));
      }
      return;
    }
    for (Candidate window : fresh) {
      Admitted counted = count(window);
      admitted.add(counted);
      outcomes[window.index()] = Outcome.taken(receipt(window, false, counted.image()));
    }
  }

  private Admitted count(Candidate window) {
    ImageState image = state.images.entered(window.image());
    state.images.enter(image);
    image.count(window.key(), window.box());
    state.number++;
    state.adjusted += window.placed().adjusted() ? 1 : 0;
    if (guessReady) {
      guess.window(
          image.spec,
          window.arrival().ready(),
          state.images.open().map(open -> open.spec).toList());
    }
    return new Admitted(image, window.placed().addition(window.window().patch(), state.number));
  }

  private static Receipt receipt(Candidate window, boolean duplicate, ImageState image) {
    return new Receipt(
        window.id(),
        duplicate,
        image.progress.windows(),
        image.progress.missing(),
        image.isComplete());
  }
}
