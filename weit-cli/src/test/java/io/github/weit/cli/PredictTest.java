package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ImageTranslator;
import io.github.weit.models.SizedModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  private static Command predict(Object... more) {
    Object[] arguments = IntStream.range(0, more.length + 3).mapToObj(i -> (Object) i).toArray();
    arguments[0] = "predict";
    arguments[1] = "--weights";
    arguments[2] = fixture.weights();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return Command.run(arguments);
  }

  /** One row of {@code --out}. */
  private record Row(Path image, int rank, String name, double probability) {
    static Row parse(String line) {
      String[] fields = line.split(",");
      return new Row(
          Path.of(fields[0]),
          Integer.parseInt(fields[1]),
          fields[2],
          Double.parseDouble(fields[3]));
    }
  }

  private List<Row> rows(Path place, int top) throws IOException {
    Path out = own.resolve("answers.csv");
    Command command = predict("--top", top, "--out", out, place);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(0)).isEqualTo("image,rank,class,probability");
    return lines.stream().skip(1).map(Row::parse).toList();
  }

  @Test
  void isRightAsOftenAsEvalSaysOnPicturesOfAnotherSize() throws IOException {
    Path data = own.resolve("large");
    Pictures.draw(data, 13);
    Command eval =
        Command.run("eval", "--weights", fixture.weights(), "--data", data, "--image-size", 8);
    List<Row> rows = rows(data.resolve("test"), 1);
    double right =
        rows.stream()
            .filter(row -> row.image().getParent().getFileName().toString().equals(row.name()))
            .count();
    assertThat(rows).hasSize(12).extracting(Row::rank).containsOnly(1);
    assertThat(eval.out()).contains(String.format(Locale.ROOT, "%.2f %%", 100 * right / 12));
  }

  @Test
  void manyPicturesAreAnsweredInTheirOrder() throws IOException {
    Path many = Files.createDirectory(own.resolve("many"));
    for (int i = 0; i < 150; i++) {
      Path source = fixture.data().resolve("test/" + Pictures.CLASSES.get(i % 3) + "/0.png");
      Files.copy(source, many.resolve("%03d.png".formatted(i)));
    }
    Files.writeString(many.resolve("070.png"), "no picture");
    Path out = own.resolve("answers.csv");
    assertThat(predict("--out", out, many).err()).contains("1 of 150 images could not be read");
    List<Row> rows = Files.readAllLines(out).stream().skip(1).map(Row::parse).toList();
    assertThat(rows).hasSize(149).extracting(Row::image).isSorted().doesNotHaveDuplicates();
    for (int i = 0; i < 149; i++) {
      int number = i < 70 ? i : i + 1;
      Row first = rows.get(number % 3);
      assertThat(rows.get(i).image()).hasFileName("%03d.png".formatted(number));
      assertThat(rows.get(i).probability()).isCloseTo(first.probability(), within(1e-6));
      assertThat(rows.get(i).name()).isEqualTo(first.name());
    }
  }

  @Test
  void aLinkToAFolderIsThatFolder() throws IOException {
    Path link = Files.createSymbolicLink(own.resolve("link"), fixture.data().resolve("test/red"));
    assertThat(rows(link, 1)).hasSize(4).allMatch(row -> row.image().startsWith(link));
  }

  @Test
  void ranksAllClassesByProbability() throws IOException {
    List<Row> rows = rows(fixture.data().resolve("test/blue/0.png"), 9);
    assertThat(rows).extracting(Row::rank).containsExactly(1, 2, 3);
    assertThat(rows).extracting(Row::name).containsExactlyInAnyOrderElementsOf(Pictures.CLASSES);
    assertThat(rows.stream().mapToDouble(Row::probability).sum()).isCloseTo(1, within(2e-6));
    assertThat(rows.get(0).probability()).isGreaterThanOrEqualTo(rows.get(1).probability());
  }

  @Test
  void aDjlPredictorSaysTheSameOfAPictureOfAnotherSize()
      throws IOException, MalformedModelException, TranslateException {
    Path data = own.resolve("large");
    Pictures.draw(data, 21);
    saysTheSame(data.resolve("test/green/1.png"));
  }

  /** Which the JDK gives a gamma curve when it is asked for colours. */
  @Test
  void aDjlPredictorSaysTheSameOfDeepGreyPictures()
      throws IOException, MalformedModelException, TranslateException {
    BufferedImage deep = new BufferedImage(8, 8, BufferedImage.TYPE_USHORT_GRAY);
    for (int i = 0; i < 64; i++) {
      deep.getRaster().setSample(i % 8, i / 8, 0, 1000 * i);
    }
    Path picture = own.resolve("deep.png");
    ImageIO.write(deep, "png", picture.toFile());
    saysTheSame(picture);
  }

  private void saysTheSame(Path picture)
      throws IOException, MalformedModelException, TranslateException {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel sized = SizedModel.load(fixture.weights(), manager);
        Model model = sized.toDjl("predicts");
        Predictor<Image, Classifications> predictor =
            model.newPredictor(ImageTranslator.load(fixture.weights()))) {
      Classifications found = predictor.predict(ImageFactory.getInstance().fromFile(picture));
      for (Row row : rows(picture, 3)) {
        assertThat(row.probability())
            .as(row.name())
            .isCloseTo(found.get(row.name()).getProbability(), within(1e-6));
      }
    }
  }

  @Test
  void printsATableAndAnswersTheOthersWhereOneCannotBeRead() throws IOException {
    Path good = Files.copy(fixture.data().resolve("test/red/0.png"), own.resolve("a.png"));
    Path bad = Files.writeString(own.resolve("b.png"), "no picture");
    Files.writeString(own.resolve("notes.txt"), "passed over");
    Command command = predict(own);
    assertThat(command.code()).isEqualTo(1);
    assertThat(command.out()).contains("image", "class", "probability", good.toString(), " %");
    assertThat(command.out()).doesNotContain("notes", bad.toString());
    assertThat(command.err()).contains(bad + ": it is no PNG", "1 of 2 images could not be read");
  }

  @Test
  void refusesWhatItCannotAnswer() throws IOException {
    Path empty = Files.createDirectory(own.resolve("empty"));
    Path picture = fixture.data().resolve("test/red/0.png");
    assertThat(predict(empty).complaint()).contains("holds no image");
    Command missing = predict(picture, own.resolve("none.png"));
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.out()).contains(picture.toString());
    assertThat(missing.err()).contains("none.png: no such file or folder");
    assertThat(predict("--top", 0, picture).complaint()).contains("--top must be at least 1");
    assertThat(predict("--out", picture, picture).complaint()).contains("it is also what is read");
    assertThat(Command.run("predict", "--weights", fixture.templates(), picture).complaint())
        .contains("expected dense weights", "found templates");
  }
}
