package io.github.weit.cli;

import ai.djl.engine.EngineException;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.WeitException;
import io.github.weit.models.Preset;
import io.github.weit.models.Presets;
import io.github.weit.models.Size;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code weit} command: one pre-training, models of any size. */
@Command(
    name = "weit",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Weit.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    usageHelpAutoWidth = true,
    description =
        "Pre-train once, compose models of any size: weight templates are learnt once, and any"
            + " width and depth is made of them in minutes.",
    footerHeading = "%nA way through:%n",
    footer = {
      "  weit doctor",
      "  weit pretrain --data cifar10",
      "  weit plan --templates templates.safetensors --max-params 1M",
      "  weit fit --templates templates.safetensors --size 96x4 --data cifar10",
      "  weit train --weights weights.safetensors --data cifar10",
      "  weit eval --weights trained.safetensors --data cifar10",
      "  weit predict --weights trained.safetensors photo.jpg"
    })
public final class Weit implements Runnable {

  private static final Map<String, Supplier<Callable<Integer>>> COMMANDS = commands();

  /** What the engine says on CPUs and on GPUs. */
  private static final Pattern NO_MEMORY =
      Pattern.compile("can't allocate memory|not enough memory|out of memory");

  /** Exit code where the user can mend what is wrong. */
  static final int FAILED = 1;

  @Spec private CommandSpec spec;

  @CommandLine.Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the whole stack trace of an error.")
  private boolean debug;

  @CommandLine.Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show what the libraries log, on standard error.")
  private boolean verbose;

  /** The version of this build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"weit " + RunInfo.weitVersion()};
    }
  }

  private static Map<String, Supplier<Callable<Integer>>> commands() {
    Map<String, Supplier<Callable<Integer>>> commands = new LinkedHashMap<>();
    commands.put("pretrain", PretrainCommand::new);
    commands.put("plan", PlanCommand::new);
    commands.put("fit", FitCommand::new);
    commands.put("train", TrainCommand::new);
    commands.put("eval", EvalCommand::new);
    commands.put("predict", PredictCommand::new);
    commands.put("export", ExportCommand::new);
    commands.put("import", ImportCommand::new);
    commands.put("compare", CompareCommand::new);
    commands.put("pack", PackCommand::new);
    commands.put("inspect", InspectCommand::new);
    commands.put("doctor", DoctorCommand::new);
    return commands;
  }

  /** Only the command that is asked for: reading the options of all takes half of a short start. */
  private static void addCommands(CommandLine line, String... arguments) {
    String asked = arguments.length == 0 ? "" : arguments[0];
    COMMANDS.forEach(
        (name, command) -> {
          if (name.equals(asked) || !COMMANDS.containsKey(asked)) {
            line.addSubcommand(name, command.get());
          }
        });
  }

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // numbers as the options take them
    int code = run(arguments);
    System.exit(System.out.checkError() ? unwritten(code) : code);
  }

  /**
   * Something that was printed did not arrive, and a print stream does not say why: another byte
   * may. Who reads only the start of it, as {@code head} does, knows that.
   */
  private static int unwritten(int code) {
    String reason = "";
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      out.write('\n');
    } catch (IOException e) {
      reason = ": " + e.getMessage();
    }
    boolean unread = !reason.isEmpty() && (reason.contains("Broken pipe") || writesToPipe());
    if (!unread) {
      System.err.println("weit: cannot write what it has to say" + reason);
    }
    return code == 0 ? FAILED : code;
  }

  /** Whether it does, where the system says so: its words for a broken pipe have a language. */
  private static boolean writesToPipe() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString().startsWith("pipe:");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Runs one command line; returns its exit code: 0 done, 1 failed, 2 not understood, 130 stopped.
   */
  public static int run(String... arguments) {
    Weit weit = new Weit();
    CommandLine line = new CommandLine(weit);
    addCommands(line, arguments);
    register(line, Path.class, Weit::path);
    register(line, Size.class, Size::parse);
    register(line, Preset.class, Presets::of);
    register(line, Quantity.class, Quantity::parse);
    register(line, IntRange.class, IntRange::parse);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((error, command, parsed) -> weit.report(error, command));
    line.setParameterExceptionHandler((error, given) -> misunderstood(error));
    line.setExecutionStrategy(
        parsed -> {
          if (weit.verbose) {
            Logging.verbose();
          }
          return new RunLast().execute(parsed);
        });
    try {
      return line.execute(arguments);
    } catch (OutOfMemoryError e) {
      line.getErr().println(outOfMemory());
      return FAILED;
    }
  }

  private static String outOfMemory() {
    return "weit: out of memory, Java may use %s; give it more, such as WEIT_JAVA_OPTS=-Xmx8g"
        .formatted(Quantity.bytes(Runtime.getRuntime().maxMemory()));
  }

  private static <T> void register(CommandLine line, Class<T> type, Function<String, T> parser) {
    line.registerConverter(
        type,
        text -> {
          try {
            return parser.apply(text);
          } catch (WeitException e) {
            throw new TypeConversionException(e.getMessage());
          }
        });
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new WeitException(unreadable(e), e);
    }
  }

  /** Without a command: how to use it. */
  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  /** What was wrong with the command line, in a line or two; the whole help would hide it. */
  private static int misunderstood(ParameterException error) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText("weit: " + error.getMessage()));
    UnmatchedArgumentException.printSuggestions(error, err);
    err.println("see: " + command.getCommandSpec().qualifiedName() + " --help");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private int report(Exception error, CommandLine command) {
    // Not errorText, which takes markup from the message: names in it may be a stranger's.
    ColorScheme scheme = command.getColorScheme();
    String line = OneLine.of("weit: " + sentence(error));
    command.getErr().println(scheme.apply(line, scheme.errorStyles()));
    if (debug) {
      error.printStackTrace(command.getErr());
    }
    return FAILED;
  }

  private String sentence(Exception error) {
    if (error instanceof WeitException) {
      return error.getMessage();
    }
    if (error instanceof InvalidPathException path) {
      return unreadable(path);
    }
    return error instanceof EngineException && NO_MEMORY.matcher(error + "").find()
        ? "the engine is out of memory; take a smaller --batch or --size (weit plan SIZE --batch N says what a step of training takes): "
            + error.getMessage().lines().findFirst().orElse("")
        : "unexpected " + error + (debug ? "" : "; --debug shows where");
  }

  private static String unreadable(InvalidPathException path) {
    return "'%s' is no name of a file here (%s); for names beyond ASCII set a locale of UTF-8, such as LC_ALL=C.UTF-8"
        .formatted(path.getInput(), path.getReason());
  }
}
