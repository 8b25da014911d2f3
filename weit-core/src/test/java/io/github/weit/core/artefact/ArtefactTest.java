package io.github.weit.core.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Axis;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.Initial;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ArtefactHeader.Kind;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtefactTest {

  private static final List<WeightType> TYPES =
      List.of(
          new WeightType(
              "blocks.{}.fc.weight",
              "blocks.{}.fc.weight",
              3,
              new Initial.Normal(0.02),
              true,
              List.of(Axis.layers(2), Axis.out("out", 8, 4), Axis.in("in", 4, 4))),
          new WeightType(
              "bias", "bias", 1, new Initial.Constant(0), false, List.of(Axis.fixed("class", 3))));
  private static final ModelInfo MODEL = new ModelInfo("mlp", Map.of("classes", "3"), "4x2");
  private static final Map<String, String> PROVENANCE = Map.of("seed", "7", "note", "ä \" \n");
  private static final KroneckerConstraint INTERLEAVED =
      new KroneckerConstraint(KroneckerConstraint.Order.INTERLEAVED);

  @TempDir private Path folder;
  private Path file;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    file = folder.resolve("a.safetensors");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Artefact templates() {
    TemplateBank bank = TemplateBank.create(INTERLEAVED, TYPES, manager, new Seed(1));
    ScalerSet scalers = ScalerSet.create(INTERLEAVED, TYPES, manager, new Seed(1));
    return Artefact.ofTemplates(MODEL, bank, scalers, PROVENANCE);
  }

  private static void assertSame(NamedArrays found, NamedArrays expected) {
    assertThat(found.names()).containsExactlyInAnyOrderElementsOf(expected.names());
    expected.forEach(
        (name, array) -> {
          assertThat(found.get(name).getShape()).isEqualTo(array.getShape());
          assertThat(found.get(name).toFloatArray()).isEqualTo(array.toFloatArray());
        });
  }

  @Test
  void bringsTemplatesAndScalersBackBitForBit() {
    Artefact written = templates();
    written.save(file);
    Artefact read = Artefact.load(file, Kind.TEMPLATES, manager);
    assertThat(read.header()).isEqualTo(written.header());
    assertThat(Artefact.inspect(file)).isEqualTo(written.header());
    assertSame(read.arrays(), written.arrays());
    assertSame(read.bank().compose(read.scalers()), written.bank().compose(written.scalers()));
  }

  @Test
  void bringsDenseWeightsBackUnderTheirParameterPaths() {
    NamedArrays weights = DenseWeights.initial(TYPES, manager, new Seed(2));
    Artefact.ofWeights(MODEL, TYPES, weights, PROVENANCE).save(file);
    assertSame(Artefact.load(file, Kind.WEIGHTS, manager).weights(), weights);
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      assertThat(reader.tensors().keySet())
          .containsExactlyInAnyOrder("blocks.0.fc.weight", "blocks.1.fc.weight", "bias");
    }
  }

  @Test
  void refusesScalersOfAnotherConstraintThanTheTemplates() {
    TemplateBank bank = TemplateBank.create(INTERLEAVED, TYPES, manager, new Seed(1));
    ScalerSet blocks = ScalerSet.create(new KroneckerConstraint(), TYPES, manager, new Seed(1));
    assertThatThrownBy(() -> Artefact.ofTemplates(MODEL, bank, blocks, PROVENANCE))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("{order=INTERLEAVED}", "{order=BLOCK}");
  }

  @Test
  void bringsScalersBackWithoutTemplates() {
    Artefact all = templates();
    Artefact.ofScalers(MODEL, all.scalers(), PROVENANCE).save(file);
    Artefact read = Artefact.load(file, Kind.SCALERS, manager);
    assertSame(read.scalers().arrays(), all.scalers().arrays());
    assertThatThrownBy(read::bank).hasMessageContaining("SCALERS");
  }

  @Test
  void writesTheSameBytesTwice() throws Exception {
    Path other = folder.resolve("b.safetensors");
    templates().save(file);
    templates().save(other);
    assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(other));
  }

  @Test
  void refusesAFileOfAnotherKind() {
    templates().save(file);
    assertThatThrownBy(() -> Artefact.load(file, Kind.WEIGHTS, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("expected an artefact of kind WEIGHTS, found TEMPLATES")
        .hasMessageContaining("a.safetensors");
  }

  @Test
  void refusesATruncatedFile() throws Exception {
    templates().save(file);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
    assertThatThrownBy(() -> Artefact.load(file, Kind.TEMPLATES, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("a.safetensors");
  }

  private void rewrite(Consumer<Map<String, String>> change, boolean dropATensor) {
    templates().save(file);
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      Map<String, String> metadata = new TreeMap<>(reader.metadata());
      change.accept(metadata);
      List<TensorData> tensors = new ArrayList<>();
      for (String name : reader.tensors().keySet()) {
        tensors.add(TensorData.of(name, reader.array(manager, name)));
      }
      if (dropATensor) {
        tensors.remove(0);
      }
      SafeTensorsWriter.write(file, metadata, tensors);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          weit.format | 2 | artefact format 2, this version reads up to 1
          weit.format | x | expected a version number
          weit.kind | TEMPLATE | expected one of [TEMPLATES, SCALERS, WEIGHTS], found 'TEMPLATE'
          weit.constraint | tucker | unknown constraint 'tucker'; this version knows: dense, kronecker
          weit.constraint_options | {"order":"SIDEWAYS"} | order must be one of
          weit.model | [1] | expected an object of strings
          weit.model | {"a":"1","a":"2"} | is no JSON
          weit.types | [] | expected a list of weight types
          weit.types | [{"name":3}] | expected text in 'name'
          weit.types | {} x | is no JSON
          weit.types | [{"name":"a","template":"a","terms":0,"constant":0,"decayed":true,"axes":[]}] | 'a'
          weit.types | [{"name":"a","template":"a","terms":-9223372036854775808,"constant":0,"decayed":true,"axes":[]}] | 'a'
          weit.provenance | {"seed":7} | expected text in 'seed'
          """)
  void refusesMetadataThatAreWrong(String key, String value, String message) {
    rewrite(metadata -> metadata.put(key, value), false);
    assertThatThrownBy(() -> Artefact.load(file, Kind.TEMPLATES, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesMetadataThatAreMissing() {
    rewrite(metadata -> metadata.remove("weit.format"), false);
    assertThatThrownBy(() -> Artefact.inspect(file)).hasMessageContaining("no WeiT artefact");
    rewrite(metadata -> metadata.remove("weit.size"), false);
    assertThatThrownBy(() -> Artefact.inspect(file))
        .hasMessageContaining("'weit.size': it is missing");
  }

  @Test
  void refusesAFileThatLacksATensor() {
    rewrite(metadata -> {}, true);
    assertThatThrownBy(() -> Artefact.load(file, Kind.TEMPLATES, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("a.safetensors")
        .hasMessageContaining("is missing, expected shape");
    assertThatThrownBy(() -> Artefact.check(file)).hasMessageContaining("is missing");
  }
}
