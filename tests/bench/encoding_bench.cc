// Records per second of the record path's first steps over typical records of
// about 300 bytes. Prints one line per step.
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/hash.h"
#include "ferrite/key.h"

namespace ferrite {
namespace {

constexpr int kRecords = 2000;

// Both shapes have the same properties; only their order differs.
void WriteProperties(int i, bool in_order, Writer* out) {
  const std::string number = std::to_string(100000 + i);
  const auto address = [&] {
    out->String("address");
    out->BeginObject(3);
    out->String("zip");
    out->String("12345");
    out->String("city");
    out->String("Springfield");
    out->String("street");
    out->String("742 Evergreen Terrace");
  };
  const auto id = [&] {
    out->String("id");
    out->Integer(i);
  };
  const auto tags = [&] {
    out->String("tags");
    out->BeginArray(3);
    for (const char* tag : {"new", "priority", "export"}) out->String(tag);
  };
  out->BeginObject(10);
  if (in_order) {
    id();
    out->String("paid");
    out->Bool(i % 2 == 0);
    tags();
    out->String("email");
    out->String("customer" + number + "@example.com");
    out->String("notes");
    out->String("Leave the parcel with the neighbour when nobody opens.");
    out->String("total");
    out->Double(i * 0.37 + 0.001);
    out->String("status");
    out->String("delivered");
    address();
    out->String("created");
    out->Date(1700000000000.0 + i * 1234567.0);
    out->String("customer");
    out->String("Customer " + number);
    return;
  }
  id();
  out->String("customer");
  out->String("Customer " + number);
  out->String("email");
  out->String("customer" + number + "@example.com");
  out->String("status");
  out->String("delivered");
  out->String("total");
  out->Double(i * 0.37 + 0.001);
  out->String("created");
  out->Date(1700000000000.0 + i * 1234567.0);
  address();
  tags();
  out->String("notes");
  out->String("Leave the parcel with the neighbour when nobody opens.");
  out->String("paid");
  out->Bool(i % 2 == 0);
}

std::vector<ByteBuffer> Records(bool in_order) {
  std::vector<ByteBuffer> records;
  for (int i = 0; i < kRecords; ++i) {
    Writer writer;
    WriteProperties(i, in_order, &writer);
    records.push_back(writer.Take());
  }
  return records;
}

// The best of several rounds: what the machine can do when left alone.
template <typename Step>
void Measure(const char* name, const std::vector<ByteBuffer>& records,
             Step step) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  size_t bytes = 0;
  for (const ByteBuffer& record : records) bytes += record.size();
  for (int round = 0; round < 50; ++round) {
    const auto start = Clock::now();
    for (int repeat = 0; repeat < 10; ++repeat) {
      for (const ByteBuffer& record : records) step(Bytes(record));
    }
    const std::chrono::duration<double> took = Clock::now() - start;
    best = took.count() < best ? took.count() : best;
  }
  const double count = 10.0 * static_cast<double>(records.size());
  std::printf("%-28s %6.2f M/s  %7.1f MB/s  (%zu bytes each)\n", name,
              count / best / 1e6, 10 * static_cast<double>(bytes) / best / 1e6,
              bytes / records.size());
}

void Run() {
  const std::vector<ByteBuffer> in_order = Records(true);
  const std::vector<ByteBuffer> out_of_order = Records(false);
  Canonicalizer canonicalizer;
  uint64_t sink = 0;
  const auto hash = [&](Bytes record) {
    sink += canonicalizer.Hash(record)->low;
  };
  Measure("hash bytes as they lie", in_order,
          [&](Bytes record) { sink += HashBytes(record).low; });
  Measure("skip", in_order, [&](Bytes record) {
    Reader reader(record);
    Bytes whole;
    sink += reader.Skip(&whole) ? whole.size() : 0;
  });
  Measure("canonical hash, in order", in_order, hash);
  Measure("canonical hash, to be sorted", out_of_order, hash);

  std::vector<ByteBuffer> keys;
  for (int i = 0; i < kRecords; ++i) {
    Writer writer;
    writer.String("order-" + std::to_string(1000000 + i));
    keys.push_back(writer.Take());
  }
  ByteBuffer sortable;
  Measure("sortable key", keys, [&](Bytes key) {
    sortable.clear();
    sink += AppendSortableKey(key, &sortable).ok() ? sortable.size() : 0;
  });
  if (sink == 0) std::puts("nothing was done");
}

}  // namespace
}  // namespace ferrite

int main() { ferrite::Run(); }
