// Watches a folder with one folder per class, and trains a new model when images arrive.
using LiftPlus;
using LiftPlus.Samples.RetrainWorker;
using Microsoft.Extensions.Hosting;

try
{
    using IHost host = RetrainHost.Build(args);
    await host.RunAsync();
    return 0;
}
catch (Exception e) when (e is LiftPlusException or Microsoft.Extensions.Options.OptionsValidationException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
