// Reads facts about an origin's storage from standard input and prints which
// layouts RecognizeLayouts finds there. Arguments: files of further presets.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "ferrite/layout.h"

int main(int argc, char** argv) {
  std::vector<std::string> presets;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    presets.emplace_back(std::istreambuf_iterator<char>(file),
                         std::istreambuf_iterator<char>());
  }
  const std::string facts{std::istreambuf_iterator<char>(std::cin), {}};
  const auto layouts = ferrite::RecognizeLayouts(facts, presets);
  std::cout << (layouts.ok() ? *layouts : layouts.error().ToJson()) << "\n";
  return layouts.ok() ? 0 : 1;
}
