// An image in, the likeliest classes out. Without a model of your own it trains a small one when it starts for the first time.
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
