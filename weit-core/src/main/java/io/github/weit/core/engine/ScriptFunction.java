package io.github.weit.core.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.github.weit.core.WeitException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A function of arrays in TorchScript, the engine's own language: one call from Java for any of the
 * engine's operations, also those that DJL's API does not have, and gradients pass through.
 *
 * <p>What the engine loads is a zip archive of four small files, which is written here from the
 * text of the function's body. The text is in the form in which TorchScript is stored: fully
 * qualified operations, no keyword arguments but where the operation demands them.
 *
 * <p>Results belong to the manager of the first argument, or to the open {@link
 * ai.djl.ndarray.NDScope}.
 */
final class ScriptFunction {
  /** An object of the class below without attributes but {@code training = True}, pickled. */
  private static final byte[] OBJECT = {
    (byte) 0x80,
    2,
    'c',
    '_',
    '_',
    't',
    'o',
    'r',
    'c',
    'h',
    '_',
    '_',
    '\n',
    'F',
    '\n',
    ')',
    (byte) 0x81,
    '}',
    '(',
    'X',
    8,
    0,
    0,
    0,
    't',
    'r',
    'a',
    'i',
    'n',
    'i',
    'n',
    'g',
    (byte) 0x88,
    'u',
    'b',
    '.'
  };

  /** An empty tuple, pickled. */
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private final String name;
  private final String body;
  private Model model; // kept, for the engine closes a model that nobody refers to

  /**
   * @param name for messages
   * @param parameters such as {@code x: Tensor, w: Tensor}
   * @param result its type, such as {@code Tensor}
   * @param body lines of TorchScript, each indented by four blanks
   */
  ScriptFunction(String name, String parameters, String result, String body) {
    this.name = name;
    this.body =
        """
        class F(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def forward(self: __torch__.F, %s) -> %s:
        %s"""
            .formatted(parameters, result, body);
  }

  /** The function's only result. */
  NDArray call(NDArray... arguments) {
    return callForAll(arguments).singletonOrThrow();
  }

  /** All results. */
  NDList callForAll(NDArray... arguments) {
    // The optimiser replaces gradients by its own, which do not undo a change of type.
    JniUtils.setGraphExecutorOptimize(false);
    try {
      return IValueUtils.forward(block(), new NDList(arguments), true);
    } finally {
      JniUtils.setGraphExecutorOptimize(true);
    }
  }

  /**
   * The function as one that changes its arguments in place, or whose results need no gradients:
   * nothing is recorded. It takes what {@link #list}, {@link #value} and {@link IValue} make, and
   * closes it.
   *
   * @param owner of the results
   */
  NDList update(NDManager owner, IValue... arguments) {
    try (IValue result = run(arguments)) {
      return result.toNDList((PtNDManager) owner);
    }
  }

  /** The same for a function whose result is of no use. */
  void apply(IValue... arguments) {
    run(arguments).close();
  }

  private IValue run(IValue... arguments) {
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      return IValueUtils.runMethod(block(), "forward", arguments);
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  /** Arrays as one argument of type {@code List[Tensor]}. */
  static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  /** An array as an argument. */
  static IValue value(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  private synchronized PtSymbolBlock block() {
    if (model == null) {
      Model loaded = Model.newInstance(name, Device.cpu(), "PyTorch"); // it holds no arrays
      try {
        loaded.load(new ByteArrayInputStream(archive()));
      } catch (IOException | MalformedModelException e) {
        loaded.close();
        throw new WeitException("the engine does not take the function " + name + ": " + e, e);
      }
      JniUtils.enableTrainingMode((PtSymbolBlock) loaded.getBlock());
      model = loaded;
    }
    return (PtSymbolBlock) model.getBlock();
  }

  private byte[] archive() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "f/data.pkl", OBJECT);
      store(zip, "f/code/__torch__.py", body.getBytes(StandardCharsets.UTF_8));
      store(zip, "f/constants.pkl", NO_CONSTANTS);
      store(zip, "f/version", "3\n".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** The engine reads entries that are not compressed only. */
  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
