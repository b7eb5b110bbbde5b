// Moves the maps of rank and effective rank through time, and draws the modules that are chosen.
if (data.frames) {
  const frames = [];
  let state = data.modules.map(() => ({ rank: 0, effective: null }));
  for (const frame of data.frames) {
    state = state.slice();
    for (let i = 0; i < frame.changes.length; i += 3) {
      const [module, rank, effective] = frame.changes.slice(i, i + 3);
      state[module] = { rank, effective };
    }
    frames.push({ step: frame.step, state });
  }

  const slider = document.getElementById("time");
  const moment = document.getElementById("moment");
  const play = document.getElementById("play");
  const most = 7;
  let timer = null;
  slider.max = frames.length - 1;
  slider.value = frames.length - 1;

  const cells = [...document.querySelectorAll(".map button")];
  const sum = values => values.reduce((a, b) => a + b, 0);

  function show() {
    const frame = frames[slider.value];
    for (const cell of cells) {
      const kind = cell.closest(".map").dataset.kind;
      const value = frame.state[cell.dataset.module][kind];
      const share = (value ?? 0) / data.highest;
      const place = cell.parentNode;
      cell.textContent = value === null ? "–" : kind === "rank" ? value : value.toFixed(1);
      place.style.setProperty("--v", share.toFixed(3));
      place.classList.toggle("strong", share > 0.5);
    }
    for (const map of document.querySelectorAll(".map")) {
      const digits = map.dataset.kind === "rank" ? 0 : 1;
      for (const row of map.rows) {
        const total = row.querySelector(".sum");
        if (!total) continue;
        const numbers = [...row.querySelectorAll("button")]
          .map(cell => frame.state[cell.dataset.module][map.dataset.kind] ?? 0);
        total.textContent = sum(numbers).toFixed(digits);
      }
    }
    const rank = sum(frame.state.map(module => module.rank));
    const effective = sum(frame.state.map(module => module.effective ?? 0));
    moment.textContent = `step ${thousands.format(frame.step)}: total rank ${thousands.format(rank)}, effective ${effective.toFixed(1)}`;
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
    play.setAttribute("aria-label", "play");
  }

  play.addEventListener("click", () => {
    if (timer) return stop();
    if (+slider.value === frames.length - 1) slider.value = 0;
    play.textContent = "❚❚";
    play.setAttribute("aria-label", "pause");
    timer = setInterval(() => {
      slider.value = +slider.value + 1;
      show();
      if (+slider.value === frames.length - 1) stop();
    }, Math.min(600, Math.max(60, 8000 / frames.length)));
    show();
  });
  slider.addEventListener("input", () => { stop(); show(); });

  // Each chosen module keeps its colour while it is chosen.
  const chosen = new Map();

  function choose(module) {
    if (chosen.delete(module)) return;
    if (chosen.size === most) chosen.delete(chosen.keys().next().value);
    const taken = new Set(chosen.values());
    chosen.set(module, [...Array(most).keys()].find(index => !taken.has(index)));
  }

  function drawChosen() {
    data.figures.chosen.series = [...chosen].map(([module, index]) => {
      const x = frames.map(frame => frame.step);
      const y = frames.map(frame => frame.state[module].rank);
      return { kind: "STEPS", name: data.modules[module], colour: index, x, y };
    });
    draw(document.querySelector('[data-figure="chosen"]'));
    for (const cell of cells) {
      const index = chosen.get(+cell.dataset.module);
      cell.style.borderColor = index === undefined ? "" : `var(--c${index})`;
      cell.setAttribute("aria-pressed", index !== undefined);
      cell.title = data.modules[cell.dataset.module];
    }
  }

  cells.forEach(cell => cell.addEventListener("click", () => {
    choose(+cell.dataset.module);
    drawChosen();
  }));
  data.chosen.forEach(choose);
  drawChosen();
  show();
}
