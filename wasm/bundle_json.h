// What a bundle says about itself, as the worker reads it.
#ifndef FERRITE_WASM_BUNDLE_JSON_H_
#define FERRITE_WASM_BUNDLE_JSON_H_

#include <string>

#include "ferrite/bundle.h"

namespace ferrite {

// {"identity","sources":[{"source","status","records"}],"structure":["…"]}
std::string BundleJson(const BundleReader& bundle);

}  // namespace ferrite

#endif  // FERRITE_WASM_BUNDLE_JSON_H_
