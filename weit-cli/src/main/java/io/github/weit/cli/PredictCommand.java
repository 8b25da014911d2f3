package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.report.Csv;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.training.data.ImageFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a dense model takes images for. */
@Command(
    name = "predict",
    header = "Say what images show.",
    description = {
      "Say which classes dense weights take images for, and how likely. Images are resized and"
          + " normalised as those that the weights were trained on.",
      "One that cannot be read is named on standard error, the others are answered all the same,"
          + " and the exit code is 1."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit predict --weights trained.safetensors photo.jpg",
      "  weit predict --weights trained.safetensors --top 3 --out answers.csv pictures/"
    })
final class PredictCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description = "Dense weights, as weit fit and weit train write them.")
  private Path weights;

  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Images (PNG, JPEG, BMP, GIF), or folders of them.")
  private List<Path> places;

  @Option(
      names = "--top",
      defaultValue = "1",
      paramLabel = "N",
      description = "How many classes for each image (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write image, rank, class and probability to a CSV file instead of the screen.")
  private Optional<Path> out = Optional.empty();

  @Mixin private EngineOptions engine;

  @Override
  public Integer call() {
    if (top < 1) {
      throw new ParameterException(
          spec.commandLine(), "--top must be at least 1, found %d".formatted(top));
    }
    WeightsFile.require(weights);
    List<Path> files = ImageFiles.find(places);
    out.ifPresent(
        file -> {
          List<Path> read = new ArrayList<>(files);
          read.add(weights);
          OutputFile.requireOther(file, read);
          OutputFile.requireWritable(file);
        });
    try (NDManager manager = engine.open();
        WeightsFile model = WeightsFile.load(weights, manager)) {
      Predictions predictions = new Predictions(model, top);
      files.forEach(predictions::add);
      List<Answer> answers = predictions.finish();
      out.ifPresentOrElse(file -> write(file, answers), () -> System.out.print(table(answers)));
      int unread = files.size() - answers.size();
      if (unread > 0) {
        throw new WeitException(
            "%d of %d images could not be read; replace or remove what is named above"
                .formatted(unread, files.size()));
      }
      return 0;
    }
  }

  private static TextTable table(List<Answer> answers) {
    TextTable table = new TextTable("image", "class", "probability");
    for (Answer answer : answers) {
      String image = OneLine.of(answer.image().toString());
      for (Answer.Guess guess : answer.guesses()) {
        table.row(
            image,
            OneLine.of(guess.name()),
            String.format(Locale.ROOT, "%.1f %%", 100 * guess.probability()));
        image = "";
      }
    }
    return table;
  }

  private static void write(Path file, List<Answer> answers) {
    StringBuilder text = new StringBuilder("image,rank,class,probability\n");
    for (Answer answer : answers) {
      int rank = 1;
      for (Answer.Guess guess : answer.guesses()) {
        String probability = String.format(Locale.ROOT, "%.6f", guess.probability());
        List<String> fields =
            List.of(answer.image().toString(), Integer.toString(rank++), guess.name(), probability);
        text.append(Csv.format(fields)).append('\n');
      }
    }
    AtomicFile.writeText(file, text.toString());
    System.out.printf(Locale.ROOT, "%s: answers for %d images%n", file, answers.size());
  }
}
