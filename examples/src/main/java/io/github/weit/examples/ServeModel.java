package io.github.weit.examples;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.SizedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A model in a service: any thread asks, so many at a time, and each request is one batch. The
 * weights are there once; a predictor of DJL's is one thread's at a time, so there is a queue of
 * them.
 */
public final class ServeModel implements AutoCloseable {

  private final ZooModel<Image, Classifications> model;
  private final int atOnce;
  private final BlockingQueue<Predictor<Image, Classifications>> idle;
  private volatile boolean closed;

  /**
   * @param weights as {@code weit fit}, {@code train} or {@code import} write them
   * @param atOnce requests that are answered at the same time; with more than one, an engine of one
   *     thread each ({@code WeitEngine.threads(1)} before anything else) answers more of them
   */
  public ServeModel(Path weights, int atOnce) {
    this.atOnce = atOnce;
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel sized = SizedModel.load(weights, manager)) {
      model = sized.toZooModel("served"); // has copies of its own
    }
    idle = new ArrayBlockingQueue<>(atOnce);
    for (int i = 0; i < atOnce; i++) {
      idle.add(model.newPredictor());
    }
  }

  /**
   * What pictures show, in their order. A batch costs less than its pictures one by one.
   *
   * @throws IllegalStateException if the service is closed
   */
  public List<Classifications> classify(List<Image> pictures)
      throws InterruptedException, TranslateException {
    Predictor<Image, Classifications> predictor = take();
    try {
      return predictor.batchPredict(pictures);
    } finally {
      idle.add(predictor);
    }
  }

  /** Whether nothing is being answered. */
  boolean isIdle() {
    return idle.size() == atOnce;
  }

  private Predictor<Image, Classifications> take() throws InterruptedException {
    while (!closed) {
      Predictor<Image, Classifications> predictor = idle.poll(1, TimeUnit.SECONDS);
      if (predictor != null) {
        return predictor;
      }
    }
    throw new IllegalStateException("the service is closed");
  }

  /**
   * Waits for requests that are being answered: to close arrays that another thread computes with
   * would end the JVM.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean interrupted = false;
    int left = atOnce;
    while (left > 0) {
      try {
        idle.take().close();
        left--;
      } catch (InterruptedException e) {
        interrupted = true; // what is being answered has to come to its end all the same
      }
    }
    model.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @param arguments a file of weights, and pictures
   */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, TranslateException {
    WeitEngine.threads(1);
    List<Image> pictures = new ArrayList<>();
    for (String file : List.of(arguments).subList(1, arguments.length)) {
      pictures.add(ImageFactory.getInstance().fromFile(Path.of(file)));
    }
    try (ServeModel service = new ServeModel(Path.of(arguments[0]), 2)) {
      List<Classifications> found = service.classify(pictures);
      for (int i = 0; i < found.size(); i++) {
        System.out.println(arguments[i + 1] + ": " + found.get(i).best());
      }
    }
  }
}
