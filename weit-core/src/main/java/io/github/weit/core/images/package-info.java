/** What training and prediction must do alike to an image, so that a model sees what it learnt. */
package io.github.weit.core.images;
