"use strict";
// Draws the figures that the page's data describe. Text only ever becomes text, never HTML.

const data = JSON.parse(document.getElementById("data").textContent);
const charts = new Map();

function theme(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colour(index) {
  return theme("--c" + (index % 7));
}

const thousands = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });

// How a kind of series looks.
const KINDS = {
  LINE: c => ({ borderColor: c, borderWidth: 2, pointRadius: 0, pointStyle: "line" }),
  FAINT: c => ({ borderColor: c + "77", borderWidth: 1, pointRadius: 0, pointStyle: "line" }),
  STEPS: c => ({ borderColor: c, borderWidth: 2, pointRadius: 0, pointStyle: "line", stepped: "before" }),
  // Its steps begin anew with every module: the library must look, not take them for sorted.
  BAND: c => ({ parsing: { xAxisKey: "x", yAxisKey: "y" }, borderColor: c + "44", borderWidth: 7, pointRadius: 0, pointHitRadius: 0, pointStyle: "line", borderCapStyle: "butt" }),
  DOTS: c => ({ borderColor: c, borderWidth: 2, pointRadius: 3, backgroundColor: c }),
  POINTS: c => ({ showLine: false, pointRadius: 4, borderColor: c, backgroundColor: c }),
  SMALL: c => ({ showLine: false, pointRadius: 2.5, borderColor: c + "99", backgroundColor: c + "99" }),
  CROSSES: c => ({ showLine: false, pointRadius: 5, pointStyle: "crossRot", borderWidth: 2.5, borderColor: c, backgroundColor: c }),
  MEAN: c => ({ showLine: false, pointRadius: 6, borderColor: c, backgroundColor: c }),
  LEVEL: c => ({ borderColor: c, borderWidth: 2, borderDash: [6, 4], pointRadius: 0, pointStyle: "line" }),
};

const LINES = new Set(["LINE", "FAINT", "STEPS", "LEVEL"]);

// A colour comes again after seven series; their marks and dashes differ then.
const SHAPES = ["circle", "rect", "rectRot", "triangle", "star"];

function look(series) {
  const set = KINDS[series.kind](colour(series.colour));
  const round = Math.floor(series.colour / 7);
  if (series.kind === "MEAN") set.pointStyle = SHAPES[series.colour % SHAPES.length];
  if (round > 0 && set.showLine !== false) set.borderDash = [3 + 3 * round, 3];
  return set;
}

function dataset(series) {
  return {
    label: series.name,
    data: series.x.map((x, i) => ({ x, y: series.y[i] })),
    series,
    clip: 8,
    ...look(series),
  };
}

// Thin lines where outer steps ended.
const marks = {
  id: "marks",
  beforeDatasetsDraw(chart) {
    if (!chart.options.marked) return;
    const { ctx, chartArea: area, scales } = chart;
    ctx.save();
    ctx.strokeStyle = theme("--soft") + "88";
    ctx.setLineDash([1, 3]);
    for (const step of data.marks) {
      const x = scales.x.getPixelForValue(step);
      if (x < area.left || x > area.right) continue;
      ctx.beginPath();
      ctx.moveTo(x, area.top);
      ctx.lineTo(x, area.bottom);
      ctx.stroke();
    }
    ctx.restore();
  },
};

// Standard deviations, as bars with ends.
const whiskers = {
  id: "whiskers",
  afterDatasetsDraw(chart) {
    chart.data.datasets.forEach((set, number) => {
      const half = set.series.deviation;
      if (!half || !chart.isDatasetVisible(number)) return;
      const across = set.series.along === "x";
      const scale = chart.scales[set.series.along];
      const { ctx } = chart;
      chart.getDatasetMeta(number).data.forEach((point, i) => {
        const value = set.data[i][set.series.along];
        const from = scale.getPixelForValue(value - half);
        const to = scale.getPixelForValue(value + half);
        const bar = (a, b) => { ctx.moveTo(...a); ctx.lineTo(...b); };
        ctx.save();
        ctx.strokeStyle = set.borderColor;
        ctx.lineWidth = 2;
        ctx.beginPath();
        if (across) {
          bar([from, point.y], [to, point.y]);
          for (const x of [from, to]) bar([x, point.y - 5], [x, point.y + 5]);
        } else {
          bar([point.x, from], [point.x, to]);
          for (const y of [from, to]) bar([point.x - 5, y], [point.x + 5, y]);
        }
        ctx.stroke();
        ctx.restore();
      });
    });
  },
};

function axis(title) {
  return {
    title: { display: true, text: title, color: theme("--soft") },
    grid: { color: theme("--rule"), lineWidth: 0.6 },
    border: { color: theme("--rule") },
    ticks: { color: theme("--soft"), maxRotation: 0, callback: value => format(value) },
  };
}

function format(value) {
  return Math.abs(value) >= 1000 ? short.format(value) : thousands.format(value);
}

function axes(figure) {
  const x = { type: figure.log ? "logarithmic" : "linear", ...axis(figure.x) };
  const y = { type: "linear", ...axis(figure.y), beginAtZero: figure.zero === true, grace: figure.rows ? 0 : "5%" };
  if (figure.whole) y.ticks.precision = 0;
  if (figure.log) {
    const marked = decades(figure.series.flatMap(series => series.x));
    x.ticks.callback = value => (marked(value) ? format(value) : "");
    x.grid.color = context => (marked(context.tick?.value) ? theme("--rule") : "transparent");
    x.grace = 0;
  } else {
    const all = figure.series.flatMap(series => series.x);
    const free = figure.series.every(series => series.kind !== "MEAN");
    if (free && all.length) {
      x.min = Math.min(...ends(figure));
      x.max = Math.max(...ends(figure), x.min + 1);
    }
  }
  if (figure.rows) {
    if (figure.x !== "optimiser step") x.grace = "6%";
    Object.assign(y, { reverse: true, min: -0.6, max: figure.rows.length - 0.4 });
    y.ticks = { ...y.ticks, autoSkip: figure.rows.length > 24, stepSize: 1, callback: i => brief(figure.rows[i] ?? "") };
    y.afterBuildTicks = scale => { scale.ticks = figure.rows.map((row, i) => ({ value: i })); };
    y.grid.display = figure.rows.length <= 40;
  }
  return { x, y };
}

// Which values a logarithmic axis marks: powers of ten, and where there is one at most, 2 and 5 times these.
function decades(values) {
  const powers = Math.floor(Math.log10(Math.max(...values))) - Math.ceil(Math.log10(Math.min(...values))) + 1;
  const leads = powers > 1 ? [1] : [1, 2, 5];
  return value => leads.some(lead => Math.abs((Math.log10(value / lead) + 1e-9) % 1) < 1e-6);
}

// A name beside a row must leave room for the figure; the legend has all of it.
function brief(name) {
  return window.innerWidth < 500 && name.length > 16 ? name.slice(0, 15) + "…" : name;
}

// First and last step: the curves' own, without looking at every point.
function ends(figure) {
  return figure.series.flatMap(series => [Math.min(series.x[0], 0), series.x[series.x.length - 1]]);
}

function words(context) {
  const series = context.dataset.series;
  const figure = data.figures[context.chart.canvas.parentNode.dataset.figure];
  if (series.tips?.length === 1) {
    return `${series.name}, ${series.tips[0]}: ${thousands.format(context.parsed.y)}`;
  }
  if (series.tips) {
    const row = figure.rows ? figure.rows[context.parsed.y] + ": " : "";
    return `${row}${series.name}, ${series.tips[context.dataIndex]}`;
  }
  if (figure.rows) return `${series.name}: ${thousands.format(context.parsed.x)}`;
  const spread = series.deviation ? ` ± ${thousands.format(series.deviation)}` : "";
  return `${series.name}: ${thousands.format(context.parsed.y)}${spread}`;
}

function draw(plot) {
  const name = plot.dataset.figure;
  const figure = data.figures[name];
  if (!figure) return;
  charts.get(name)?.destroy();
  if (figure.rows) {
    plot.style.height = Math.max(280, 96 + figure.rows.length * (figure.rows.length > 24 ? 13 : 30)) + "px";
  }
  charts.set(name, new Chart(plot.querySelector("canvas"), {
    type: "line",
    data: { datasets: figure.series.map(dataset) },
    plugins: [marks, whiskers],
    options: {
      marked: figure.x === "optimiser step" && !figure.rows && data.marks.length > 0,
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      locale: "en",
      interaction: figure.rows || figure.log
        ? { mode: "nearest", intersect: true }
        : { mode: "nearest", axis: "x", intersect: false },
      scales: axes(figure),
      plugins: {
        legend: {
          position: "bottom",
          labels: {
            color: theme("--text"), usePointStyle: true, boxHeight: 7, pointStyleWidth: figure.series.every(series => LINES.has(series.kind)) ? 24 : undefined, padding: 14,
            filter: (item, all) => !all.datasets[item.datasetIndex].series.unnamed,
          },
          onClick: (event, item, legend) => toggle(legend.chart, item.datasetIndex),
        },
        tooltip: {
          callbacks: {
            title: items => title(figure, items[0]),
            label: words,
          },
        },
      },
    },
  }));
}

function title(figure, item) {
  if (!item) return "";
  if (figure.rows && !item.dataset.series.tips) return figure.rows[Math.round(item.parsed.y)] ?? "";
  return (figure.x === "optimiser step" ? "step " : figure.x + " ") + thousands.format(item.parsed.x);
}

// Series of one name and colour come and go together.
function toggle(chart, number) {
  const { name } = chart.data.datasets[number].series;
  const shown = chart.isDatasetVisible(number);
  chart.data.datasets.forEach((set, i) => {
    if (set.series.name === name) chart.setDatasetVisibility(i, !shown);
  });
  chart.update();
}

function drawAll() {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = innerWidth < 480 ? 11 : 12;
  document.querySelectorAll(".plot").forEach(plot => {
    if (!plot.closest("[hidden]")) draw(plot);
  });
}

// A comparison of several tasks shows one at a time.
const pick = document.getElementById("task");
if (pick) {
  const show = () => {
    document.querySelectorAll("[data-task]").forEach(part => { part.hidden = part.dataset.task !== pick.value; });
    drawAll();
  };
  pick.addEventListener("change", show);
  show();
} else {
  drawAll();
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
