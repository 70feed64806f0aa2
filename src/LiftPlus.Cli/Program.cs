using LiftPlus.Cli;
using LiftPlus.Cli.Outputs;

var console = ToolConsole.Standard();
using var interruption = new Interruption(console);
return await new Tool(console).RunAsync(args, interruption.Token);
