/**
 * Model families: each is a record of its fixed properties, a table of weight types and a pure
 * forward function.
 */
package io.github.weit.models;
