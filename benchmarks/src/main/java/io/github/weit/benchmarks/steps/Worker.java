package io.github.weit.benchmarks.steps;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.weit.core.WeitException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The process of an arm, seen from outside; {@link StepWorker} has the protocol. Every method that
 * waits for an answer throws a {@link WeitException} with the end of the process's standard error
 * if it dies or says something else.
 */
final class Worker implements AutoCloseable {

  private static final int SHOWN_LINES = 12;

  private final String name;
  private final Path log;
  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;

  private Worker(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    answers = process.inputReader(StandardCharsets.UTF_8);
    commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts a process; it goes on building its model.
   *
   * @param name what messages call it
   */
  static Worker start(String name, ProcessBuilder builder) {
    try {
      Path log = Files.createTempFile("weit-steps-", ".log");
      try {
        return new Worker(name, log, builder.redirectError(log.toFile()).start());
      } catch (IOException e) {
        Files.delete(log);
        throw new WeitException(
            name
                + ": cannot start '"
                + builder.command().get(0)
                + "': "
                + e.getMessage()
                + "; for timm, PYTHON names the interpreter",
            e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the model is built; returns what the process says of itself. */
  Map<String, Object> ready() {
    String answer = answer("its first word");
    if (!answer.startsWith("ready {")) {
      throw nonsense("'ready' and a JSON object", answer);
    }
    try {
      return new ObjectMapper()
          .readValue(answer.substring("ready ".length()), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw nonsense("'ready' and a JSON object", answer);
    }
  }

  /** Lets it do so many steps; returns the milliseconds of each. */
  double[] run(int steps) {
    String answer = ask("run " + steps);
    double[] times = numbers(answer);
    if (times.length != steps || Arrays.stream(times).anyMatch(time -> !(time > 0))) {
      throw nonsense(steps + " times in milliseconds", answer);
    }
    return times;
  }

  /** The loss of its batch; NaN if it trains nothing. */
  double loss() {
    String answer = ask("loss");
    double[] loss = numbers(answer);
    if (loss.length != 1) {
      throw nonsense("a loss", answer);
    }
    return loss[0];
  }

  /** What it has computed so far, all threads together; zero where the system does not tell. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private String ask(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw dead("'" + command + "'");
    }
    return answer("'" + command + "'");
  }

  private String answer(String to) {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw dead(to);
      }
      return line;
    } catch (IOException e) {
      throw dead(to);
    }
  }

  private static double[] numbers(String answer) {
    try {
      return Arrays.stream(answer.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
    } catch (NumberFormatException e) {
      return new double[0];
    }
  }

  private WeitException nonsense(String expected, String found) {
    process.destroyForcibly();
    String shown = found.length() > 200 ? found.substring(0, 200) + "..." : found;
    return new WeitException(
        name + ": expected " + expected + " from its process, found '" + shown + "'" + lastWords());
  }

  private WeitException dead(String before) {
    try {
      int code = process.destroyForcibly().waitFor();
      return new WeitException(
          name
              + ": its process ended with exit code "
              + code
              + " before it answered to "
              + before
              + lastWords());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new WeitException(name + ": interrupted", e);
    }
  }

  /** The end of its standard error. */
  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      List<String> last = lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size());
      return last.isEmpty()
          ? "; its standard error is empty"
          : "; its standard error ends:\n" + String.join("\n", last);
    } catch (IOException e) {
      return "; its standard error cannot be read: " + e.getMessage();
    }
  }

  /** Ends the process, by force if it does not end on being asked. */
  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        commands.write("quit\n");
        commands.flush();
        process.waitFor(5, TimeUnit.SECONDS);
      }
    } catch (IOException e) {
      // it is ending already
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
      deleteLog();
    }
  }

  private void deleteLog() {
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
