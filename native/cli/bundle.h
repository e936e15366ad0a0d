// The command group "ferrite bundle": the container around a bundle.
#ifndef FERRITE_NATIVE_CLI_BUNDLE_H_
#define FERRITE_NATIVE_CLI_BUNDLE_H_

#include <string>

#include "native/cli/console.h"
#include "native/cli/key_options.h"
#include "native/cli/plan.h"

namespace ferrite {

struct BundleInfoOptions {
  std::string file;
  KeyOptions key;
};
// What the header says, and whether every frame is whole; with a key, or when
// none is needed, also whether the content is.
Result<int> BundleInfo(const BundleInfoOptions& options,
                       const Console& console);

struct BundleCopyOptions {
  std::string file;
  std::string output;  // must not exist
  std::string description;
  KeyOptions key;
};
Result<int> BundleEncrypt(const BundleCopyOptions& options,
                          const Console& console);
Result<int> BundleDecrypt(const BundleCopyOptions& options,
                          const Console& console);

struct BundleArguments {
  BundleInfoOptions info;
  BundleCopyOptions encrypt;
  BundleCopyOptions decrypt;
};

// `arguments` and `console` must outlive the commands.
void AddBundleCommands(CLI::App* app, const AddCommand& add,
                       BundleArguments* arguments, const Console& console);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_BUNDLE_H_
