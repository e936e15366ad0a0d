#include "native/cli/plan.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace ferrite {
namespace {

void AddCheck(CLI::App* app, PlanCheckOptions* options) {
  app->add_option("plan", options->plan, "The plan, JSON")->required();
}

void AddExplain(CLI::App* app, PlanExplainOptions* options) {
  app->add_option("plan", options->plan, "The plan, JSON")->required();
  app->add_option("--bundle", options->bundle, "The exported records")
      ->required();
  app->add_option("--store", options->store,
                  "The store it would be run on; left out: a new one");
  app->add_option("--limit-ms", options->limit_ms,
                  "Warn when it is expected to take longer")
      ->check(CLI::NonNegativeNumber);
  AddKeyOptions(app, &options->key);
}

void AddInfer(CLI::App* app, PlanInferOptions* options) {
  app->add_option("bundle", options->bundle, "The exported records")
      ->required();
  app->add_option("-o,--output", options->output,
                  "Write the plan to this file, which must not exist");
  app->add_option("--sample", options->sample,
                  "Records of each source to look at; smaller ones are read "
                  "whole")
      ->check(CLI::Range(uint64_t{20}, uint64_t{1} << 40))
      ->envname("FERRITE_SAMPLE")
      ->capture_default_str();
  AddKeyOptions(app, &options->key);
}

}  // namespace

void AddPlanCommands(CLI::App* app, const AddCommand& add,
                     PlanArguments* arguments, const Console& console) {
  CLI::App* plan =
      app->add_subcommand("plan", "Write, check and explain plans");
  plan->fallthrough();
  plan->configurable();
  plan->require_subcommand(1);
  AddCheck(add(plan, "check", "Check a plan and say what it means",
               [&console, arguments] {
                 return PlanCheck(arguments->check, console);
               }),
           &arguments->check);
  AddExplain(add(plan, "explain", "Say what a plan would do with a bundle",
                 [&console, arguments] {
                   return PlanExplain(arguments->explain, console);
                 }),
             &arguments->explain);
  AddInfer(add(plan, "infer", "Write a plan for the records of a bundle",
               [&console, arguments] {
                 return PlanInfer(arguments->infer, console);
               }),
           &arguments->infer);
}

}  // namespace ferrite
