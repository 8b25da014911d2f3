package io.github.weit.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.CheckpointStore.Search;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.core.files.FaultyFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreTest {

  private static final Map<String, String> FACTS = Map.of("seed", "7", "classes", "cat\ndog");

  @TempDir private Path temp;
  private Path folder;
  private CheckpointStore store;

  @BeforeEach
  void open() {
    folder = temp.resolve("run/checkpoints");
    store = new CheckpointStore(folder, 2);
  }

  private Path save(long step) {
    return store.save(step, FACTS, files("state of " + step));
  }

  private static Map<String, Consumer<Path>> files(String text) {
    return Map.of(
        "state.safetensors", path -> AtomicFile.writeText(path, text),
        "more.txt", path -> AtomicFile.writeText(path, "more"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  private Checkpoint newest() {
    return store.latest().checkpoint().orElseThrow();
  }

  @Test
  void findsNothingWhereNothingWasSaved() {
    assertThat(store.latest()).isEqualTo(new Search(Optional.empty(), List.of()));
  }

  @Test
  void givesBackTheNewest() throws IOException {
    save(5);
    save(100_000);
    Checkpoint found = newest();
    assertThat(found.step()).isEqualTo(100_000);
    assertThat(found.facts()).isEqualTo(FACTS);
    assertThat(found.file("state.safetensors")).hasContent("state of 100000");
    assertThat(store.latest().passedOver()).isEmpty();
  }

  @Test
  void keepsTheNewest() throws IOException {
    save(1);
    save(2);
    save(3);
    save(4);
    save(5);
    assertThat(names()).containsExactly("step-000000004", "step-000000005");
  }

  @Test
  void passesOverWhatIsIncompleteAndNeverDeletesIt() throws IOException {
    save(1);
    Files.createDirectories(folder.resolve("step-000000002"));
    Files.writeString(folder.resolve("step-000000002/state.safetensors"), "half");
    Search search = store.latest();
    assertThat(search.checkpoint().orElseThrow().step()).isEqualTo(1);
    assertThat(search.passedOver())
        .singleElement()
        .asString()
        .contains("step-000000002", "incomplete", "no manifest");
    save(3);
    save(4);
    save(5);
    assertThat(names()).containsExactly("step-000000002", "step-000000004", "step-000000005");
  }

  @Test
  void fallsBackFromADamagedOneAndSaysWhatIsWrong() throws IOException {
    save(1);
    Path newest = save(2);
    Path file = newest.resolve("state.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[3] ^= 1;
    Files.write(file, bytes);
    Search search = store.latest();
    assertThat(search.checkpoint().orElseThrow().step()).isEqualTo(1);
    assertThat(search.passedOver())
        .singleElement()
        .asString()
        .contains("step-000000002 is damaged", "state.safetensors", "not those that were written");
  }

  @Test
  void noticesMissingAndShortenedFiles() throws IOException {
    save(1);
    Path newest = save(2);
    Files.writeString(newest.resolve("more.txt"), "mor");
    assertThat(store.latest().passedOver())
        .singleElement()
        .asString()
        .contains("expected 4 bytes, found 3");
    Files.delete(newest.resolve("more.txt"));
    assertThat(store.latest().passedOver())
        .singleElement()
        .asString()
        .contains("found no such file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"format\":\"other\"}",
        "{\"format\":\"weit-checkpoint\",\"version\":2,\"step\":2,\"facts\":{},\"files\":{}}",
        "{\"format\":\"weit-checkpoint\",\"version\":1,\"step\":-2,\"facts\":{},\"files\":{}}",
        "{\"format\":\"weit-checkpoint\",\"version\":1,\"step\":1e30,\"facts\":{},\"files\":{}}",
        "{\"format\":\"weit-checkpoint\",\"version\":1,\"step\":2,\"facts\":{\"a\":1},\"files\":{}}",
        "{\"format\":\"weit-checkpoint\",\"version\":1,\"step\":2,\"step\":3,\"facts\":{},\"files\":{}}",
        "{\"format\":\"weit-checkpoint\",\"version\":1,\"step\":2,\"facts\":{},\"files\":[]}",
        "{\"format\":\"weit-checkpoint\",\"version\":1,\"step\":2,\"facts\":{},\"files\":{}} more",
        "{\"format\":\"weit-checkpoint\",\"version\":1,\"step\":2,\"facts\":{},\"files\":"
            + "{\"../../etc/passwd\":{\"bytes\":1,\"sha256\":\"a\"}}}",
        "{\"format\":\"weit-checkpoint\",\"version\":1,\"step\":2,\"facts\":{},\"files\":"
            + "{\"a\":{\"bytes\":\"1\",\"sha256\":\"a\"}}}",
        "{\"format\":\"weit-checkpoint\",\"version\":1,\"step\":2,\"facts\":{},\"files\":"
            + "{\"a\":{\"bytes\":1}}}"
      })
  void fallsBackFromEveryBrokenManifest(String manifest) throws IOException {
    save(1);
    Files.writeString(save(2).resolve("manifest.json"), manifest);
    Search search = store.latest();
    assertThat(search.checkpoint().orElseThrow().step()).isEqualTo(1);
    assertThat(search.passedOver())
        .singleElement()
        .asString()
        .contains("step-000000002 is damaged");
  }

  @Test
  void examinesAllOfThemAndSaysWhatIsWrongInALine() throws IOException {
    save(1);
    Files.writeString(save(2).resolve("manifest.json"), "{\n\"format\":\n");
    Files.createDirectories(folder.resolve("step-000000003"));
    Files.move(save(5), folder.resolve("step-000000004"));
    List<CheckpointStore.Examined> all = store.examine();
    assertThat(all).hasSize(4);
    assertThat(all.get(0).problem()).contains("step-000000004 is damaged", "is of step 5");
    assertThat(all.get(1).problem()).contains("step-000000003 is incomplete");
    assertThat(all.get(2).problem()).contains("is no valid JSON").doesNotContain("\n");
    assertThat(all.get(3).checkpoint()).map(Checkpoint::step).hasValue(1L);
    assertThat(all.get(3).problem()).isEmpty();
  }

  /** A run that fell back a long way saves at other steps before it comes by the damaged ones. */
  @Test
  void keepsWhatItSavesBesideDamagedOnesOfLaterSteps() throws IOException {
    save(10);
    for (long step : new long[] {20, 30}) {
      Files.writeString(save(step).resolve("state.safetensors"), "damaged");
    }
    save(10);
    save(15);
    assertThat(newest().step()).isEqualTo(15);
    save(16);
    save(17);
    assertThat(names())
        .containsExactly("step-000000016", "step-000000017", "step-000000020", "step-000000030");
  }

  /** A run that fell back comes by the damaged step again. */
  @Test
  void writesADamagedOrIncompleteStepAnew() throws IOException {
    save(1);
    Path newest = save(2);
    Files.writeString(newest.resolve("state.safetensors"), "damaged");
    save(2);
    assertThat(newest().step()).isEqualTo(2);
    assertThat(newest().file("state.safetensors")).hasContent("state of 2");
    Files.delete(newest.resolve("manifest.json"));
    save(2);
    assertThat(newest().step()).isEqualTo(2);
  }

  @Test
  void leavesAWholeCheckpointOfTheSameStepAlone() {
    Path path = save(2);
    Map<String, Consumer<Path>> failing =
        Map.of(
            "state.safetensors",
            file -> {
              throw new WeitException("not to be called");
            });
    assertThat(store.save(2, FACTS, failing)).isEqualTo(path);
  }

  @Test
  void aFailedWriteLeavesTheOneBeforeAndNoLitter() throws IOException {
    save(1);
    Map<String, Consumer<Path>> failing =
        Map.of(
            "state.safetensors",
            file -> {
              throw new WeitException("the disk is full");
            });
    assertThatThrownBy(() -> store.save(2, FACTS, failing)).hasMessage("the disk is full");
    assertThat(newest().step()).isEqualTo(1);
    assertThat(names()).containsExactly("step-000000001");
  }

  /** Each change of the disk fails in turn, alone or with all after it, as in a crash. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whereverItFailsThereIsAWholeCheckpoint(boolean crash) throws IOException {
    boolean reached = true;
    int newer = 0;
    int n = 0;
    for (; reached; n++) {
      Path run = temp.resolve("run-" + n);
      CheckpointStore onRealFiles = new CheckpointStore(run, 1);
      onRealFiles.save(1, FACTS, files("state of 1"));
      FaultyFiles faulty = new FaultyFiles(n, crash);
      CheckpointStore failing = new CheckpointStore(faulty.path(run), 1);
      try {
        failing.save(2, FACTS, files("state of 2"));
      } catch (WeitException e) {
        assertThat(e).hasMessageContaining("cannot write");
      }
      reached = faulty.operations().size() > n;
      Checkpoint found = onRealFiles.latest().checkpoint().orElseThrow();
      assertThat(found.file("state.safetensors")).hasContent("state of " + found.step());
      newer += found.step() == 2 ? 1 : 0;
      onRealFiles.save(3, FACTS, files("state of 3"));
      assertThat(onRealFiles.latest().checkpoint().orElseThrow().step()).isEqualTo(3);
    }
    assertThat(n).isGreaterThan(15);
    assertThat(newer).isBetween(2, n - 10);
  }

  @Test
  void finishesADeletionThatWasCutShort() throws IOException {
    save(1);
    Path half = Files.createDirectories(folder.resolve(".discarded-step-000000000/deep"));
    Files.write(half.resolve("left"), "x".getBytes(StandardCharsets.UTF_8));
    save(2);
    assertThat(names()).containsExactly("step-000000001", "step-000000002");
  }

  @Test
  void clearsWhatIsWholeAndTheFolderIfNothingIsLeft() throws IOException {
    store.clear();
    save(1);
    save(2);
    store.clear();
    assertThat(folder).doesNotExist();
    save(3);
    Files.createDirectories(folder.resolve("step-000000009"));
    store.clear();
    assertThat(names()).containsExactly("step-000000009");
  }

  @Test
  void anotherRunIsRefusedByName() {
    save(1);
    newest().requireFacts(FACTS);
    assertThatThrownBy(() -> newest().requireFacts(Map.of("seed", "8")))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("of another run", "seed was 7 and is now 8");
  }

  @Test
  void refusesNamesThatLeadOutOfTheFolder() {
    for (String name : List.of("../x", "a/b", "", ".hidden", "manifest.json", "a\\b")) {
      assertThatThrownBy(() -> store.save(1, FACTS, Map.of(name, path -> {})))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
