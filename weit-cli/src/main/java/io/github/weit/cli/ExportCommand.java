package io.github.weit.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.cli.interop.DjlFolder;
import io.github.weit.cli.interop.TimmFolder;
import io.github.weit.cli.interop.TorchvisionFolder;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.onnx.OnnxExport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a dense model for other libraries. */
@Command(
    name = "export",
    header = "Write weights for timm, torchvision, ONNX or DJL.",
    description =
        "Write dense weights in the form that another library loads: a folder for timm or"
            + " torchvision (model.safetensors and config.json), an ONNX file, or a folder for DJL.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit export weights.safetensors --format onnx --out model.onnx",
      "  weit export weights.safetensors --format timm --out model-timm",
      "",
      "What each of them is loaded with: docs/interop.md"
    })
final class ExportCommand implements Callable<Integer> {

  /** For whom. */
  enum Format {
    TIMM,
    TORCHVISION,
    DJL,
    ONNX
  }

  @Parameters(
      paramLabel = "FILE",
      description = "Dense weights, as weit fit and weit train write them.")
  private Path file;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "timm, torchvision, onnx or djl.")
  private Format format;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PATH",
      description = "Where it goes: a file for onnx, a folder for the others.")
  private Path out;

  @Override
  public Integer call() {
    WeightsFile.require(file);
    List<Path> written = files();
    written.forEach(path -> OutputFile.requireOther(path, List.of(file)));
    written.forEach(OutputFile::requireWritable);
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        WeightsFile weights = WeightsFile.load(file, manager)) {
      switch (format) {
        case TIMM -> TimmFolder.write(weights.model(), weights.factsIfAny(), out);
        case TORCHVISION -> TorchvisionFolder.write(weights.model(), weights.factsIfAny(), out);
        case DJL ->
            DjlFolder.write(weights.model(), ImageFacts.in(weights.model().provenance()), out);
        case ONNX -> OnnxExport.write(weights.model(), weights.model().provenance(), out);
      }
      System.out.println(weights.model().family() + ", " + weights.model().size());
    }
    System.out.println(
        "wrote " + written.stream().map(Path::toString).collect(Collectors.joining(" and ")));
    return 0;
  }

  private List<Path> files() {
    return switch (format) {
      case TIMM -> TimmFolder.files(out);
      case TORCHVISION -> TorchvisionFolder.files(out);
      case DJL -> DjlFolder.files(out);
      case ONNX -> List.of(out);
    };
  }
}
