package io.github.weit.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import org.knowm.xchart.style.markers.Marker;

/** A mark of its own size, filled or hollow; shapes go with methods as colours do. */
final class Dot extends Marker {
  private final int place;
  private final double radius;
  private final boolean hollow;
  private final Color paper;

  /**
   * @param place of the method, as in {@link Theme#place}: decides the shape
   * @param radius in logical pixels
   * @param hollow an outline on {@code paper}
   */
  Dot(int place, double radius, boolean hollow, Color paper) {
    this.place = place;
    this.radius = radius;
    this.hollow = hollow;
    this.paper = paper;
  }

  @Override
  public void paint(Graphics2D g, double x, double y, int ignoredSize) {
    Color colour = g.getColor();
    Shape shape = shape(x, y);
    if (hollow) {
      g.setColor(paper);
      g.fill(shape);
      g.setColor(colour);
      g.setStroke(new BasicStroke(radius < 4 ? 1.2f : 1.8f));
      g.draw(shape);
    } else {
      g.setColor(colour);
      g.fill(shape);
    }
  }

  private Shape shape(double x, double y) {
    double r = radius;
    return switch (place) {
      case 0, Theme.UNFITTED -> new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
      case 1, Theme.LONGER ->
          new Rectangle2D.Double(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
      default -> other(place - Theme.OTHERS, x, y);
    };
  }

  private Shape other(int index, double x, double y) {
    double r = radius;
    return switch (index % 5) {
      case 0 -> polygon(x, y, 0, -1.25 * r, 1.25 * r, 0, 0, 1.25 * r, -1.25 * r, 0);
      case 1 -> polygon(x, y, 0, -1.2 * r, 1.15 * r, 0.85 * r, -1.15 * r, 0.85 * r);
      case 2 -> polygon(x, y, 0, 1.2 * r, 1.15 * r, -0.85 * r, -1.15 * r, -0.85 * r);
      case 3 -> star(x, y, 4, 0.42, 1.4 * r);
      default -> star(x, y, 6, 0.55, 1.3 * r);
    };
  }

  /** A star whose inner corners are at {@code inner} of its outer radius. */
  private static Shape star(double x, double y, int rays, double inner, double radius) {
    double[] corners = new double[4 * rays];
    for (int i = 0; i < 2 * rays; i++) {
      double r = i % 2 == 0 ? radius : inner * radius;
      corners[2 * i] = r * Math.sin(Math.PI * i / rays);
      corners[2 * i + 1] = -r * Math.cos(Math.PI * i / rays);
    }
    return polygon(x, y, corners);
  }

  private static Shape polygon(double x, double y, double... corners) {
    Path2D path = new Path2D.Double();
    path.moveTo(x + corners[0], y + corners[1]);
    for (int i = 2; i < corners.length; i += 2) {
      path.lineTo(x + corners[i], y + corners[i + 1]);
    }
    path.closePath();
    return path;
  }
}
