/** Stage 1: learning weight templates by pre-training under a constraint. */
package io.github.weit.templates;
