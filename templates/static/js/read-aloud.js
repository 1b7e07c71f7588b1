// Reads the text with the browser's own voice, sentence by sentence: long utterances break off in some browsers,
// and a pause that stops and starts again at the sentence works everywhere. Hidden where there is no voice.
(() => {
  const box = document.querySelector("[data-speak]");
  const voice = window.speechSynthesis;
  if (!box || !voice) return;

  const play = box.querySelector("[data-speak-play]");
  const stop = box.querySelector("[data-speak-stop]");
  const rate = box.querySelector("[data-speak-rate]");
  const language = document.documentElement.lang;
  const PARTS = "h1, h2, h3, h4, h5, h6, p, li, dt, dd, figcaption, td, th, pre";
  let sentences = [];
  let next = 0;
  let playing = false;

  const words = (part) => {
    const copy = part.cloneNode(true);
    for (const other of copy.querySelectorAll(`sup, .file, .unseen, ul, ol, ${PARTS}`)) other.remove();
    return copy.textContent.trim();
  };

  const list = () => {
    const found = [];
    for (const text of document.querySelectorAll("main .text, main .section-title, main .article-title")) {
      const parts = text.matches(".text") ? text.querySelectorAll(PARTS) : [text];
      for (const part of parts)
        for (const sentence of words(part).match(/[^。！？；!?;\n]+[。！？；!?;”’」』）)]*/g) ?? [])
          if (sentence.trim()) found.push({ part, sentence });
    }
    return found;
  };

  const show = () => {
    for (const lit of document.querySelectorAll(".speaking")) lit.classList.remove("speaking");
    if (playing && sentences[next]) sentences[next].part.classList.add("speaking");
    play.textContent = playing ? play.dataset.pause : next ? play.dataset.resume : play.dataset.play;
    stop.hidden = !playing && !next;
    box.dataset.speak = playing ? "playing" : next ? "paused" : "idle";
  };

  const speak = () => {
    if (!playing) return;
    if (next >= sentences.length) return end();
    const utterance = new SpeechSynthesisUtterance(sentences[next].sentence);
    utterance.lang = language;
    utterance.rate = Number(rate.value);
    utterance.onend = () => {
      if (utterance !== current) return; // it was broken off, not read to its end
      next += 1;
      speak();
    };
    utterance.onerror = () => utterance === current && end();
    current = utterance;
    show();
    voice.speak(utterance);
  };
  let current = null;

  const hush = () => {
    current = null;
    playing = false;
    voice.cancel();
  };

  const end = () => {
    hush();
    next = 0;
    show();
  };

  play.addEventListener("click", () => {
    if (playing) {
      hush();
      return show();
    }
    if (!next) sentences = list();
    playing = true;
    speak();
  });
  stop.addEventListener("click", end);
  rate.addEventListener("change", () => {
    if (!playing) return;
    hush();
    playing = true;
    speak();
  });
  addEventListener("pagehide", hush);

  // Voices may come late; their place is kept.
  const offer = () => {
    box.toggleAttribute("data-waiting", !voice.getVoices().length);
  };
  voice.addEventListener?.("voiceschanged", offer);
  offer();
  show();
})();
