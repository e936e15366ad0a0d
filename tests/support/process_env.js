// Gives a test program the environment of its process, which Emscripten hides.
Module['preRun'] = () => Object.assign(ENV, process.env);
