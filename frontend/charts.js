// The marks of Observable Plot that the dashboard draws with; everything else is left out.
export {
  areaY,
  axisX,
  axisY,
  barX,
  barY,
  cell,
  dot,
  gridY,
  lineY,
  plot,
  rectY,
  ruleX,
  ruleY,
  text,
  tip,
} from "@observablehq/plot";
