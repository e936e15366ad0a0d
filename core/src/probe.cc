#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "ferrite/encoding.h"
#include "ferrite/plan_answer.h"
#include "guarded_pass.h"
#include "record_walk.h"
#include "source_state.h"
#include "text_forms.h"
#include "wrapped_pass.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

// How often each kind of value that cannot be carried is in a batch. What is
// malformed ends the count here and is the migration's error.
void CountUnsupported(Bytes batch, std::map<std::string, uint64_t>* counts) {
  Reader reader(batch);
  Item item;
  while (!reader.AtEnd() && reader.Next(&item)) {
    if (item.kind != Kind::kInstance ||
        AsText(item.bytes) != internal::kUnsupportedName) {
      continue;
    }
    const bool is_named = reader.Next(&item) && item.kind == Kind::kString;
    ++(*counts)[is_named ? std::string(AsText(item.bytes)) : "unknown"];
  }
}

class ProbePass final : public internal::WrappedPass {
 public:
  ProbePass(std::unique_ptr<Pass> pass, const std::vector<Source>& sources)
      : WrappedPass(std::move(pass)), sources_(sources) {}

  Result<void> Apply(Bytes batch, bool last, int64_t now) override {
    const size_t source = step().source;
    Result<void> done = WrappedPass::Apply(batch, last, now);
    if (done.ok()) CountUnsupported(batch, &unsupported_[source]);
    return done;
  }

  std::string ReportJson() const override {
    Json report = Json::parse(WrappedPass::ReportJson());
    report["kind"] = "probe";
    Json& list = report["unsupported"] = Json::array();
    for (const auto& [source, counts] : unsupported_) {
      for (const auto& [kind, count] : counts) {
        list.push_back({{"source", sources_[source].Label()},
                        {"kind", kind},
                        {"count", count}});
      }
    }
    return report.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

 private:
  const std::vector<Source> sources_;
  std::map<size_t, std::map<std::string, uint64_t>> unsupported_;
};

Result<std::unique_ptr<Pass>> Begin(Store* scratch, const Plan& plan,
                                    std::vector<SourceState> sources,
                                    const MigrationOptions& options) {
  internal::TreatUnreadableAsAbsent(&sources);
  // That something is missing is the answer's to say.
  for (SourceState& state : sources) state.left_out.clear();
  Plan tolerant = plan;
  for (Table& table : tolerant.tables) {
    for (Selection& from : table.from) from.optional = true;
  }
  Result<std::unique_ptr<Pass>> pass =
      BeginMigration(scratch, tolerant, std::move(sources), options);
  if (!pass.ok()) return pass;
  return std::unique_ptr<Pass>(
      std::make_unique<ProbePass>(std::move(pass).value(), plan.sources));
}

}  // namespace

Result<std::unique_ptr<Pass>> BeginProbe(Store* scratch, const Plan& plan,
                                         std::vector<SourceState> sources,
                                         const MigrationOptions& options) {
  return internal::Guarded(
      [&] { return Begin(scratch, plan, std::move(sources), options); });
}

}  // namespace ferrite
