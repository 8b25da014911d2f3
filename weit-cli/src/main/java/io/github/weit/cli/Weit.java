package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The {@code weit} command: one pre-training, models of any size. */
@Command(
    name = "weit",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Pre-train once, compose models of any size.",
    subcommands = {PretrainCommand.class, CompareCommand.class})
public final class Weit {

  /** Exit code where the user can mend what is wrong. */
  static final int FAILED = 1;

  @CommandLine.Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the whole stack trace of an error.")
  private boolean debug;

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /**
   * Runs one command line; returns its exit code: 0 done, 1 failed, 2 not understood, 130 stopped.
   */
  public static int run(String... arguments) {
    Weit weit = new Weit();
    CommandLine line = new CommandLine(weit);
    line.registerConverter(Size.class, Size::parse);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((error, command, parsed) -> weit.report(error, command));
    return line.execute(arguments);
  }

  private int report(Exception error, CommandLine command) {
    if (error instanceof WeitException && !debug) {
      command.getErr().println(command.getColorScheme().errorText("weit: " + error.getMessage()));
    } else {
      command
          .getErr()
          .println("weit: unexpected " + error + (debug ? "" : "; --debug shows where"));
      if (debug) {
        error.printStackTrace(command.getErr());
      }
    }
    return FAILED;
  }
}
