// history_tool STORE NOW REQUESTS: answers each line of the file REQUESTS, a
// request of core/doc/history.md, with a line on standard output: the answer,
// or the error as JSON.
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>

#include "ferrite/history.h"
#include "ferrite/store.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "history_tool STORE NOW REQUESTS\n";
    return 2;
  }
  auto store = ferrite::Store::Open(argv[1], {});
  if (!store.ok()) {
    std::cerr << store.error().ToJson() << "\n";
    return 1;
  }
  const int64_t now = std::stoll(argv[2]);
  std::ifstream requests(argv[3]);
  for (std::string line; std::getline(requests, line);) {
    const auto answer =
        ferrite::AnswerHistory(store->get(), line, now, {"tester", "contract"});
    std::cout << (answer.ok() ? *answer : answer.error().ToJson()) << "\n";
  }
  return 0;
}
