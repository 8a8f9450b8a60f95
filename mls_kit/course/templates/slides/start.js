// Gives each slide that is shown the largest letters in which it fits, and its picture the room that is left.
const LOWEST = 660, WIDEST = 1140;
function fit(slide) {
  const most = { figure: 30, lesson: 38 }[slide.dataset.kind] || 38;
  const parts = [...slide.children], image = slide.querySelector(".picture img");
  const end = () => Math.max(...parts.map((part) => part.offsetTop + part.offsetHeight));
  for (let size = most; size >= 14; size--) {
    slide.style.fontSize = `${size}px`;
    if (end() <= LOWEST && parts.every((part) => Math.max(part.offsetWidth, part.scrollWidth) <= WIDEST)) break;
  }
  if (image) image.style.maxHeight = `${image.offsetHeight + Math.max(0, LOWEST - end())}px`;
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
