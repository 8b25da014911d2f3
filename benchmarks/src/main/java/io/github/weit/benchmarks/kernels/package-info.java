/**
 * JMH benchmarks of what a program does beside the products of its network, each with a yardstick:
 * something that has to be done as well, such as copying as many bytes.
 */
package io.github.weit.benchmarks.kernels;
