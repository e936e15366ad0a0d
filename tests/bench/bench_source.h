// What the benches that fill a store share: a source of generated records, in
// memory, and a load of it into a file, batch by batch.
#ifndef FERRITE_TESTS_BENCH_BENCH_SOURCE_H_
#define FERRITE_TESTS_BENCH_BENCH_SOURCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/migration.h"
#include "ferrite/store.h"

namespace ferrite {

// Wall time, and what this process computed in it. Under Node both are wall
// time.
struct BenchTime {
  double seconds = 0;
  double computed = 0;

  // Since the process began or so: the difference of two is what counts.
  static BenchTime Now();
};

inline BenchTime operator-(BenchTime a, BenchTime b) {
  return {a.seconds - b.seconds, a.computed - b.computed};
}
inline BenchTime operator+(BenchTime a, BenchTime b) {
  return {a.seconds + b.seconds, a.computed + b.computed};
}

class BenchSource {
 public:
  // `write` appends an array of key and value; it is called for 1 to `records`.
  BenchSource(int records,
              const std::function<void(int id, Writer* out)>& write);

  int records() const { return records_; }
  const std::vector<ByteBuffer>& batches() const { return batches_; }

 private:
  int records_;
  std::vector<ByteBuffer> batches_;  // of 1 MiB
};

// A migration of the source into a new file, which the destructor removes.
class BenchLoad {
 public:
  // The plan has one source.
  static Result<std::unique_ptr<BenchLoad>> Begin(const std::string& file_name,
                                                  const std::string& plan,
                                                  const BenchSource* source);
  ~BenchLoad();

  bool done() const { return next_ == source_->batches().size(); }
  // Copies the next batch.
  Result<void> Copy();
  // All the work behind the last one. An error when records were left over.
  Result<void> Finish();

  BenchTime copied() const { return copied_; }
  BenchTime finished() const { return finished_; }
  BenchTime whole() const { return copied_ + finished_; }

 private:
  BenchLoad(std::string path, Plan plan, const BenchSource* source)
      : path_(std::move(path)), plan_(std::move(plan)), source_(source) {}

  const std::string path_;
  const Plan plan_;
  const BenchSource* source_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Pass> pass_;
  size_t next_ = 0;
  BenchTime copied_, finished_;
};

// The middle one; `values` is not empty.
double Median(std::vector<double> values);

// Prints the error; 1.
int ReportError(const Error& error);

}  // namespace ferrite

#endif  // FERRITE_TESTS_BENCH_BENCH_SOURCE_H_
