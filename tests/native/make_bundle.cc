// Writes a bundle of generated records, through the same pass that the browser
// exports with:
//
//   make_bundle FILE ORDERS [BAD]
//
// IndexedDB shop/orders (ORDERS records, keyPath id), IndexedDB shop/customers
// (a tenth of that, out-of-line keys) and five entries of localStorage. The
// first BAD orders have a text where the plan wants a Date.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "ferrite/bundle.h"
#include "ferrite/encoding.h"

namespace {

using ferrite::Writer;

constexpr int64_t kNow = 1700000000000;

struct Counts {
  uint64_t orders = 0;
  uint64_t bad = 0;
  uint64_t customers = 0;
};

std::string Numbered(const char* format, uint64_t number) {
  char text[32];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

void WriteOrder(const Counts& counts, uint64_t i, Writer* out) {
  const std::string id = Numbered("o-%08" PRIu64, i);
  out->BeginArray(2);
  out->String(id);
  out->BeginObject(8);
  out->String("id");
  out->String(id);
  out->String("createdAt");
  if (i < counts.bad) {
    out->String("yesterday");
  } else {
    out->Date(static_cast<double>(kNow + static_cast<int64_t>(i) * 61001));
  }
  out->String("total");
  out->Double(static_cast<double>(i % 100000) / 100);
  out->String("customer");
  out->Integer(static_cast<int64_t>(i % (counts.customers + 1)));
  out->String("address");
  out->BeginObject(2);
  out->String("city");
  out->String(i % 2 == 0 ? "Zürich" : "São Paulo");
  out->String("zip");
  out->String(Numbered("%05" PRIu64, i % 99999));
  out->String("lines");
  out->BeginArray(2);
  for (uint64_t line = 0; line < 2; ++line) {
    out->BeginObject(2);
    out->String("sku");
    out->String(Numbered("sku-%04" PRIu64, (i + line) % 5000));
    out->String("quantity");
    out->Integer(static_cast<int64_t>(1 + i % 9));
  }
  out->String("note");
  if (i % 3 == 0) {
    out->Null();
  } else {
    out->String(Numbered("Leave it at door %" PRIu64 ", please.", i % 50));
  }
  out->String("thumbnail");
  const std::vector<uint8_t> bytes(i % 40, static_cast<uint8_t>(i));
  out->TypedArray(64, bytes);
}

void WriteCustomer(uint64_t i, Writer* out) {
  out->BeginArray(2);
  out->Integer(static_cast<int64_t>(i));
  out->BeginObject(2);
  out->String("name");
  out->String(Numbered("Customer %" PRIu64, i));
  out->String("active");
  out->Bool(i % 4 != 0);
}

void WriteEntry(uint64_t i, Writer* out) {
  const char* const entries[][2] = {
      {"settings.language", "de"},
      {"settings.order", "asc"},
      {"settings.theme", "dark"},
      {"token", "not for the server"},
      {"visits", "42"},
  };
  out->BeginArray(2);
  out->String(entries[i][0]);
  out->String(entries[i][1]);
}

uint64_t CountOf(const Counts& counts, size_t source) {
  return source == 0 ? counts.orders : source == 1 ? counts.customers : 5;
}

int Run(const std::string& path, const Counts& counts) {
  std::vector<ferrite::SourceState> sources(3);
  sources[0].source = {ferrite::SourceKind::kIndexedDb, "shop", "orders"};
  sources[0].info = R"({"keyPath":"id","autoIncrement":false,"version":10})";
  sources[1].source = {ferrite::SourceKind::kIndexedDb, "shop", "customers"};
  sources[1].info = R"({"keyPath":null,"autoIncrement":true,"version":10})";
  sources[2].source.kind = ferrite::SourceKind::kLocalStorage;
  for (size_t i = 0; i < sources.size(); ++i) {
    sources[i].records = CountOf(counts, i);
    if (sources[i].records == 0) {
      sources[i].status = ferrite::SourceState::Status::kEmpty;
    }
  }
  auto pass = ferrite::BeginBundle(path, {}, sources, {}, kNow);
  if (!pass.ok()) {
    std::fprintf(stderr, "%s\n", pass.error().message.c_str());
    return 1;
  }
  std::vector<uint64_t> next(sources.size());
  Writer batch;
  while ((*pass)->step().kind != ferrite::StepKind::kDone) {
    const ferrite::Step step = (*pass)->step();
    ferrite::Result<void> done;
    if (step.kind == ferrite::StepKind::kWork) {
      done = (*pass)->Work(kNow);
    } else {
      batch.Clear();
      uint64_t& i = next[step.source];
      const uint64_t count = CountOf(counts, step.source);
      while (i < count && batch.size() < step.max_bytes) {
        if (step.source == 0) WriteOrder(counts, i, &batch);
        if (step.source == 1) WriteCustomer(i, &batch);
        if (step.source == 2) WriteEntry(i, &batch);
        ++i;
      }
      done = (*pass)->Apply(batch.bytes(), i == count, kNow);
    }
    if (!done.ok()) {
      std::fprintf(stderr, "%s\n", done.error().message.c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "make_bundle FILE ORDERS [BAD]\n");
    return 2;
  }
  Counts counts;
  counts.orders = std::strtoull(argv[2], nullptr, 10);
  counts.customers = counts.orders / 10;
  if (argc > 3) counts.bad = std::strtoull(argv[3], nullptr, 10);
  return Run(argv[1], counts);
}
