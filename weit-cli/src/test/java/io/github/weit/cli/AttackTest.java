package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.cli.attack.Attack;
import io.github.weit.cli.attack.AttackFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that is wrong is one line and an exit code that says so. */
class AttackTest {

  @TempDir static Path root;

  static List<Attack> attacks() {
    return AttackFolder.write(root);
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void isOneLineOfError(Attack attack) {
    List<Object> arguments = new ArrayList<>(List.of("inspect"));
    for (String argument : attack.arguments()) {
      Path file = root.resolve(argument);
      arguments.add(argument.startsWith("--") || argument.equals("cifar10") ? argument : file);
    }
    Command command = Command.run(arguments.toArray());
    assertThat(command.code()).isEqualTo(1);
    assertThat(command.err()).startsWith("weit: ").endsWith("\n").contains(attack.phrase());
    assertThat(command.complaint().lines()).hasSize(1);
    assertThat(command.err())
        .doesNotContain("unexpected", "Exception", "\u001b", "\u202e")
        .hasSizeLessThan(1000);
  }
}
