Reveal.initialize({
  width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "c/t", transition: "none",
  controlsTutorial: false, plugins: [RevealNotes],
});
