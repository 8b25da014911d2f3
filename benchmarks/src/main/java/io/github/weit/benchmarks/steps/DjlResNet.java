package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import java.util.List;

/** Our residual network of basic blocks, of DJL's blocks, in the way of its model zoo. */
final class DjlResNet {

  private DjlResNet() {}

  static Block of(Arm arm) {
    int width = arm.size().width();
    SequentialBlock network =
        new SequentialBlock()
            .add(convolution(width, 3, 1))
            .add(BatchNorm.builder().build())
            .add(Activation::relu);
    List<Integer> depths = arm.size().depths();
    for (int stage = 0; stage < depths.size(); stage++) {
      for (int i = 0; i < depths.get(stage); i++) {
        network.add(unit(width << stage, i == 0 && stage > 0));
      }
    }
    return network
        .add(Pool.globalAvgPool2dBlock())
        .add(Linear.builder().setUnits(arm.family().classes()).build());
  }

  private static Block unit(int filters, boolean halves) {
    SequentialBlock branch =
        new SequentialBlock()
            .add(convolution(filters, 3, halves ? 2 : 1))
            .add(BatchNorm.builder().build())
            .add(Activation::relu)
            .add(convolution(filters, 3, 1))
            .add(BatchNorm.builder().build());
    Block shortcut =
        halves
            ? new SequentialBlock().add(convolution(filters, 1, 2)).add(BatchNorm.builder().build())
            : Blocks.identityBlock();
    return new ParallelBlock(DjlResNet::sum, List.of(branch, shortcut));
  }

  private static NDList sum(List<NDList> branches) {
    NDArray sum = branches.get(0).singletonOrThrow().add(branches.get(1).singletonOrThrow());
    return new NDList(Activation.relu(sum));
  }

  private static Block convolution(int filters, int kernel, int stride) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(kernel / 2, kernel / 2))
        .optBias(false)
        .build();
  }
}
