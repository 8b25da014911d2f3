package io.github.weit.cli;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ImageTranslator;
import io.github.weit.models.SizedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** What a user's own program does with a file of weights: a plain DJL model, in its own process. */
final class Elsewhere {

  private Elsewhere() {}

  /** Prints the logits of a fixed batch, and then the classes and probabilities of a picture. */
  public static void main(String[] arguments)
      throws IOException, MalformedModelException, TranslateException {
    Path weights = Path.of(arguments[0]);
    Path picture = Path.of(arguments[1]);
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel sized = SizedModel.load(weights, manager);
        Model model = sized.toDjl("exported");
        Predictor<NDList, NDList> plain = model.newPredictor(new NoopTranslator());
        Predictor<Image, Classifications> predictor =
            model.newPredictor(ImageTranslator.load(weights))) {
      NDList batch = new NDList(ExportTest.batch(manager));
      System.out.println(Arrays.toString(plain.predict(batch).get(0).toFloatArray()));
      Classifications found = predictor.predict(ImageFactory.getInstance().fromFile(picture));
      System.out.println(String.join(",", found.getClassNames()));
      System.out.println(found.getProbabilities());
    }
  }
}
