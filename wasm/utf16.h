// UTF-16 as JavaScript has it, to and from UTF-8 as the core has it.
//
// A lone surrogate becomes its three-byte WTF-8 form and comes back as it was,
// so that no text is changed on its way through.
#ifndef FERRITE_WASM_UTF16_H_
#define FERRITE_WASM_UTF16_H_

#include <string>
#include <string_view>

namespace ferrite {

std::string ToUtf8(std::u16string_view text);
std::u16string ToUtf16(std::string_view text);

}  // namespace ferrite

#endif  // FERRITE_WASM_UTF16_H_
