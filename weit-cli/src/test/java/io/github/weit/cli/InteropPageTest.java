package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.models.Preset;
import io.github.weit.models.Presets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/interop.md repeats from elsewhere is what stands there. */
class InteropPageTest {

  private final String page = read("docs/interop.md");

  @Test
  void readersCopyTheClassThatWasChecked() {
    String script = read("benchmarks/interop.py");
    int start = script.indexOf("class SizedResNet");
    String copied = script.substring(start, script.indexOf("\n\n\n", start));
    assertThat(copied).contains("def _make_layer");
    assertThat(page).contains(copied);
  }

  @Test
  void listsEveryPresetWithItsParameters() {
    List<String> rows =
        page.lines().filter(line -> line.matches("\\| `\\w+` \\| \\d+x[-\\d]+ \\| .*")).toList();
    assertThat(rows)
        .containsExactlyElementsOf(Presets.all().stream().map(InteropPageTest::row).toList());
  }

  private static String row(Preset preset) {
    return "| `%s` | %s | %s |"
        .formatted(preset.name(), preset.size(), Quantity.exact(preset.cost().parameters()));
  }

  private static String read(String path) {
    try {
      return Files.readString(Path.of("..", path));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
