using LoraDiff.Cli.Hosting;

return await LoraDiffCommand.RunAsync(args, CliConsole.ForProcess()).ConfigureAwait(false);
