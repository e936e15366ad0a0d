#include "native/drive/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <new>
#include <thread>

#include "tests/drive/numbers.h"

namespace ferrite::testing {
namespace {

using std::chrono::milliseconds;

size_t ThreadCount() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(tasks), end(tasks)));
}

class ReadingAhead : public ::testing::TestWithParam<size_t> {
 protected:
  ~ReadingAhead() override { EXPECT_EQ(ThreadCount(), threads_before_); }

  Result<void> Drive(NumberSources* sources, NumberPass* pass,
                     const std::function<bool()>& goes_on = {}) {
    ReadAhead ahead(
        [&](const Step& step, Writer* batch, bool* last, ByteBuffer* key) {
          return sources->Read(step, batch, last, key);
        },
        pass, GetParam());
    return DrivePass(
        &ahead, pass, [] { return int64_t{1}; },
        [&](const Progress&) {
          most_threads_ = std::max(most_threads_, ThreadCount());
          return !goes_on || goes_on();
        });
  }

  const size_t threads_before_ = ThreadCount();
  size_t most_threads_ = 0;
};

TEST_P(ReadingAhead, HandsEveryRecordOverOnceAndInOrder) {
  for (const bool tells : {true, false}) {
    NumberSources sources({5000, 0, 1, 3000, 70, 4000});
    NumberPass pass(sources.counts());
    pass.tells = tells;
    const Result<void> done = Drive(&sources, &pass);
    ASSERT_TRUE(done.ok()) << done.error().message;
    EXPECT_EQ(pass.records, 12071u);
    EXPECT_EQ(most_threads_ > threads_before_, GetParam() > 1);
  }
}

TEST_P(ReadingAhead, StartsNoThreadForWhatIsSmall) {
  NumberSources sources({300, 300, 300});
  NumberPass pass(sources.counts());
  ASSERT_TRUE(Drive(&sources, &pass).ok());
  EXPECT_EQ(pass.records, 900u);
  EXPECT_EQ(most_threads_, threads_before_);
}

TEST_P(ReadingAhead, GoesWhereTheStepGoes) {
  NumberSources sources({9000});
  NumberPass pass(sources.counts());
  int calls = 0;
  // Now and then a record fails, and what was read ahead is wrong.
  pass.on_apply = [&](NumberPass* self, size_t) -> Result<void> {
    if (++calls % 10 != 0) return {};
    self->max_bytes = 1000 * (1 + calls % 70);
    if (calls % 20 != 0 || self->records > 8900) return {};
    self->records += 5;
    self->Jump(static_cast<int64_t>(self->records));
    return Error{ErrorCode::kTypeMismatch, "", "", ""};
  };
  const Result<void> done = Drive(&sources, &pass);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(pass.records, 9000u);
}

TEST_P(ReadingAhead, SkipsAsTheStepSays) {
  NumberSources sources({6000});
  NumberPass pass(sources.counts());
  pass.max_bytes = 1;
  pass.skip = 2;
  ASSERT_TRUE(Drive(&sources, &pass).ok());
  EXPECT_EQ(pass.records, 2000u);
}

TEST_P(ReadingAhead, GivesAnErrorWhenItsBatchHasItsTurn) {
  NumberSources sources({20000});
  NumberPass pass(sources.counts());
  sources.on_read = [](const Step& step) -> Result<void> {
    if (step.after.empty() || KeyNumber(step.after) < 9000) return {};
    return Error{ErrorCode::kStoreIo, "gone", "", ""};
  };
  const Result<void> done = Drive(&sources, &pass);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "gone");
  // All that could be read was applied.
  EXPECT_GE(pass.records, 9000u);
  EXPECT_LT(pass.records, 9000u + 70u);
}

TEST_P(ReadingAhead, GivesAnExceptionLikewise) {
  NumberSources sources({20000});
  NumberPass pass(sources.counts());
  sources.on_read = [](const Step& step) -> Result<void> {
    if (!step.after.empty() && KeyNumber(step.after) >= 9000) {
      throw std::bad_alloc();
    }
    return {};
  };
  EXPECT_THROW((void)Drive(&sources, &pass), std::bad_alloc);
  EXPECT_GE(pass.records, 9000u);
}

TEST_P(ReadingAhead, EndsWhenThePassFails) {
  NumberSources sources({20000});
  NumberPass pass(sources.counts());
  pass.on_apply = [](NumberPass* self, size_t) -> Result<void> {
    if (self->records < 9000) return {};
    return Error{ErrorCode::kStoreFull, "full", "", ""};
  };
  const Result<void> done = Drive(&sources, &pass);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "full");
}

TEST_P(ReadingAhead, EndsWhenItIsCancelled) {
  NumberSources sources({20000});
  NumberPass pass(sources.counts());
  const Result<void> done =
      Drive(&sources, &pass, [&] { return pass.records < 9000; });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
  EXPECT_LT(pass.records, 9000u + 70u);
}

TEST_P(ReadingAhead, HoldsNoMoreThanItMay) {
  for (const uint32_t batch : {64u << 10, 3u << 20}) {
    NumberSources sources({40000});
    NumberPass pass(sources.counts());
    pass.max_bytes = batch;
    std::atomic<uint64_t> read = 0, applied = 0;
    uint64_t most = 0;
    sources.on_read = [&](const Step& step) -> Result<void> {
      read += step.max_bytes;
      most = std::max(most, read - applied);
      return {};
    };
    // The slower one.
    pass.on_apply = [&](NumberPass*, size_t bytes) -> Result<void> {
      std::this_thread::sleep_for(milliseconds(2));
      applied += std::min<size_t>(bytes, pass.max_bytes);
      return {};
    };
    ASSERT_TRUE(Drive(&sources, &pass).ok());
    EXPECT_EQ(pass.records, 40000u);
    // The batch that was applied is held until the next is asked for.
    EXPECT_LE(most, ReadAhead::kMemory);
    if (GetParam() > 1) {
      EXPECT_GT(most, std::min<uint64_t>(batch, ReadAhead::kBatch));
    }
  }
}

TEST_P(ReadingAhead, WaitsForAReaderThatIsSlow) {
  NumberSources sources({4000});
  NumberPass pass(sources.counts());
  sources.on_read = [](const Step&) -> Result<void> {
    std::this_thread::sleep_for(milliseconds(3));
    return {};
  };
  ASSERT_TRUE(Drive(&sources, &pass).ok());
  EXPECT_EQ(pass.records, 4000u);
}

INSTANTIATE_TEST_SUITE_P(Threads, ReadingAhead, ::testing::Values(1, 2, 4, 9));

}  // namespace
}  // namespace ferrite::testing
