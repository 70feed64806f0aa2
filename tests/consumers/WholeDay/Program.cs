// Does what a user does in a day, one task after another, each with the line that it is about. Arguments: the backbone, a working folder.
using WholeDay;

var desk = new Desk(args[0], args[1]);
(string Task, Func<Desk, Task<string>> Do)[] tasks =
[
    ("train, test, save, load and predict", Training.FirstModel),
    ("get the best model back", Training.BestModel),
    ("train for a given time", Training.WithinATime),
    ("search", Training.Search),
    ("see the progress", Training.Progress),
    ("turn a stopped run into a model", GoingOn.StoppedRun),
    ("go on from a model with new classes", GoingOn.FromAModel),
    ("add, rename, merge and remove a class", GoingOn.Classes),
    ("move a model with its backbone", GoingOn.Move),
    ("read images from a database", Images.Database),
    ("use pixels of a camera", Images.Pixels),
    ("use ImageSharp from training to prediction", Images.AnotherDecoder),
    ("hold out images that belong together", Images.Groups),
    ("classify without training", Serving.ZeroShot),
    ("host a model with a health check", Serving.Host),
    ("return predictions as JSON", Serving.Json),
    ("test the application without a model", Serving.Fake),
    ("classify an archive in shards", Scale.Shards),
    ("train in several processes", Scale.Processes),
];
for (int i = 0; i < tasks.Length; i++)
    Console.WriteLine($"task {i + 1}, {tasks[i].Task}: {await tasks[i].Do(desk)}");
Console.WriteLine($"{tasks.Length} tasks done");
