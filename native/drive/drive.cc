#include "native/drive/drive.h"

#include <algorithm>
#include <thread>

#include "native/drive/read_ahead.h"

namespace ferrite {

size_t DefaultThreads() {
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1,
                            kMostThreads);
}

Result<void> DrivePassOn(
    size_t threads, BundleReader* bundle,
    const std::vector<SourceState>& sources, Pass* pass,
    const std::function<int64_t()>& now,
    const std::function<bool(const Progress&)>& on_progress) {
  if (threads <= 1) return DrivePass(bundle, sources, pass, now, on_progress);
  const auto read = [&](const Step& step, Writer* batch, bool* last,
                        ByteBuffer* last_key) -> Result<void> {
    Result<void> done =
        bundle->Read(sources[step.source].source, step, batch, last);
    const Bytes key = bundle->last_key();
    last_key->assign(key.begin(), key.end());
    return done;
  };
  ReadAhead ahead(read, pass, threads);
  return DrivePass(&ahead, pass, now, on_progress);
}

}  // namespace ferrite
