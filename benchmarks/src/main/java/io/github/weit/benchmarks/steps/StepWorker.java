package io.github.weit.benchmarks.steps;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.DenseForm;
import io.github.weit.core.engine.Kernels;
import io.github.weit.core.engine.WeitEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The process of one arm, {@code timm_steps.py} is its like in Python. It builds its model, says
 * {@code ready} and a JSON object of facts, and then answers each line of its standard input with
 * one line: {@code run N} with the milliseconds of each of N steps, {@code loss} with the loss of
 * its batch; {@code quit}, or the end of its input, ends it. Whatever else there is to say goes to
 * standard error.
 */
final class StepWorker {

  private final Arm arm;
  private final StepModel model;
  private final PrintStream answers;

  private StepWorker(Arm arm, StepModel model, PrintStream answers) {
    this.arm = arm;
    this.model = model;
    this.answers = answers;
  }

  /**
   * @param arguments the arm, the number of threads, the seed
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    Arm arm = Arm.parse(arguments[0]);
    WeitEngine.threads(Integer.parseInt(arguments[1]));
    Seed seed = new Seed(Long.parseLong(arguments[2]));
    try (NDManager manager = WeitEngine.newManager(device(arm));
        StepModel model = StepModel.of(arm, manager, seed)) {
      new StepWorker(arm, model, answers).serve();
    }
  }

  /**
   * The CPU, or what {@code -Dweit.steps.device} names.
   *
   * @throws WeitException if an arm is to run on a GPU that it does not wait for: its times would
   *     be those of asking alone
   */
  static Device device(Arm arm) {
    String name = System.getProperty("weit.steps.device", "cpu");
    if (!name.equals("cpu") && !(arm.who().ours() && arm.who().trains())) {
      throw new WeitException(arm + " is timed on the CPU only, found the device " + name);
    }
    return WeitEngine.device(name);
  }

  private void serve() throws IOException {
    answer("ready " + new ObjectMapper().writeValueAsString(facts()));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String command = commands.readLine();
    while (command != null && !command.equals("quit")) {
      answer(obey(command));
      command = commands.readLine();
    }
  }

  private String obey(String command) {
    if (command.equals("loss")) {
      return Double.toString(model.loss());
    }
    if (command.matches("run \\d{1,6}")) {
      return DoubleStream.of(model.run(Integer.parseInt(command.substring(4))))
          .mapToObj(Double::toString)
          .collect(Collectors.joining(" "));
    }
    throw new WeitException("expected 'run N', 'loss' or 'quit', found '" + command + "'");
  }

  private Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("java", Runtime.version().toString());
    facts.put("djl", Engine.getDjlVersion());
    facts.put("pytorch", WeitEngine.start().getVersion());
    facts.put("threads", WeitEngine.threads());
    facts.put("device", device(arm).toString());
    if (arm.who().ours()) {
      facts.put("dense layers", DenseForm.current().name().toLowerCase(Locale.ROOT));
      facts.put("kernels", Kernels.current().getClass().getSimpleName());
    }
    if (model.parameters() > 0) {
      facts.put("parameters", model.parameters());
    }
    return facts;
  }

  private void answer(String line) {
    answers.println(line);
    answers.flush();
  }
}
