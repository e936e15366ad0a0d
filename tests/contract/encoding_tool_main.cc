// Reads a CBOR sequence of records from standard input and prints one line per
// item: its canonical hash, "canonical" or "rewritten", and its sortable key or
// "-" when it is no key. The TypeScript encoder is held against it.
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include "ferrite/encoding.h"
#include "ferrite/hash.h"
#include "ferrite/key.h"

namespace ferrite {
namespace {

std::string Hex(Bytes bytes) {
  std::string text;
  char digits[3];
  for (uint8_t byte : bytes) {
    std::snprintf(digits, sizeof digits, "%02x", byte);
    text += digits;
  }
  return text;
}

std::string SortableText(Bytes item) {
  ByteBuffer sortable;
  return AppendSortableKey(item, &sortable).ok() ? Hex(sortable) : "-";
}

int Run(Bytes input) {
  Reader reader(input);
  Canonicalizer canonicalizer;
  while (!reader.AtEnd()) {
    Bytes item;
    if (!reader.Skip(&item)) {
      std::cerr << reader.error().message << "\n";
      return 1;
    }
    const Result<Bytes> canonical = canonicalizer.Canonical(item);
    if (!canonical.ok()) {
      std::cerr << canonical.error().message << "\n";
      return 1;
    }
    const bool as_it_lies = canonical->data() == item.data();
    std::cout << HashBytes(*canonical).ToHex()
              << (as_it_lies ? " canonical " : " rewritten ")
              << SortableText(item) << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace ferrite

int main() {
  const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
  return ferrite::Run(ferrite::AsBytes(input));
}
