// Gives each slide that is shown the largest letters in which it fits.
function fit(slide) {
  const most = { figure: 30, lesson: 38 }[slide.dataset.kind] || 38;
  for (let size = most; size >= 14; size--) {
    slide.style.fontSize = `${size}px`;
    const parts = [...slide.children];
    if (parts.every((part) => part.offsetTop + part.offsetHeight <= 676 && Math.max(part.offsetWidth, part.scrollWidth) <= 1140)) return;
  }
}
function fitShown() {
  const fresh = (slide) => slide.offsetHeight && !slide.style.fontSize;
  Reveal.getSlides().filter(fresh).forEach(fit);
}
Reveal.initialize({
  width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "c/t", transition: "none",
  controlsTutorial: false, plugins: [RevealNotes],
}).then(fitShown);
Reveal.on("slidechanged", fitShown);
