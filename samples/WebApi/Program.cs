// Serves an image classifier over HTTP. If you do not configure a model, it trains a small one at the first start.
using LiftPlus;
using LiftPlus.Samples.WebApi;

try
{
    await using WebApplication app = ClassifierApp.Build(args);
    await FirstModel.TrainIfMissingAsync(app);
    await app.RunAsync();
    return 0;
}
catch (LiftPlusException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
