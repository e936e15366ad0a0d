// Prints what a verification of a shop finds, whole and as a sample: the list,
// its exports, the report and its page. Further arguments are files of reports,
// of which it prints the pages. For findings-twins.test.mjs.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "ferrite/differences.h"
#include "ferrite/migration.h"
#include "ferrite/report_page.h"
#include "ferrite/verification.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace {

using ferrite::testing::MemoryHost;

void Print(const ferrite::Result<std::string>& text) {
  std::printf("%s\n", text.ok() ? text->c_str() : text.error().message.c_str());
}

// What differs: rows gone, changed and added, with text of every kind.
constexpr char kChanges[] =
    "UPDATE ferrite_meta SET value='x' WHERE key IN ('client','epoch');"
    "DELETE FROM orders WHERE id%7=1;"
    "UPDATE orders SET city='</script>'||char(0x202e,0,34)||city "
    "WHERE id%11=2;"
    "UPDATE orders SET city=CAST(x'eda080ff41' AS TEXT) WHERE id=3;"
    "UPDATE orders SET lines=2.5, _unmapped=x'00' WHERE id=5;"
    "INSERT INTO orders(id,code) VALUES(-9007199254740993,'a'),(99999,'b')";

void Export(ferrite::Store* store, const char* request) {
  ferrite::DifferenceExport pieces(store, request);
  std::string text;
  for (;;) {
    const ferrite::Result<bool> more = pieces.Next(&text);
    if (!more.ok() || !*more) return;
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
}

bool Verify(ferrite::Store* store, const ferrite::Plan& plan, MemoryHost* host,
            uint64_t sample) {
  ferrite::VerificationOptions options;
  options.now = host->now;
  options.sample_size = sample;
  auto pass = ferrite::BeginVerification(store, plan, host->States(), options);
  if (!pass.ok() || !host->Drive(pass->get()).ok()) return false;
  Print((*pass)->ReportJson());
  Print(ferrite::ReportPage((*pass)->ReportJson()));
  Print(ferrite::ListDifferences(store, R"({"sort": "-key"})"));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const ferrite::Plan plan = ferrite::testing::ParsePlan();
  MemoryHost host = ferrite::testing::Shop(3000);
  auto store = ferrite::Store::Open(":memory:", {});
  if (!store.ok()) return 1;
  auto pass =
      ferrite::BeginMigration(store->get(), plan, host.States(), {host.now});
  if (!pass.ok() || !host.Drive(pass->get()).ok()) return 1;
  if (!(*store)->Execute(kChanges).ok()) return 1;
  for (const uint64_t sample : {200, 0}) {
    if (!Verify(store->get(), plan, &host, sample)) return 1;
  }
  Export(store->get(), "{}");
  Export(store->get(), R"({"format": "csv", "column": "city"})");
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    Print(ferrite::ReportPage(
        std::string{std::istreambuf_iterator<char>(file), {}}));
  }
  return 0;
}
